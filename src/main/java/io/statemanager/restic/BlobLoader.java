package io.statemanager.restic;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Loads single blobs, from whichever pack has a whole copy. Safe for use by many threads. */
final class BlobLoader {

    @FunctionalInterface
    private interface Opener<R> {
        R open(Codec codec, byte[] sealed, PackedBlob blob) throws IOException;
    }

    private final Backend backend;
    private final CodecPool codecs;
    private final BlobIndex index;

    BlobLoader(Backend backend, CodecPool codecs, BlobIndex index) {
        this.backend = backend;
        this.codecs = codecs;
        this.index = index;
    }

    byte[] load(BlobHandle blob) throws IOException {
        return firstWhole(
                blob,
                (codec, bytes, place) -> Plain.open(codec, bytes, 0, place).copy());
    }

    /** A verified blob as a stream, in memory that its compressed size bounds. */
    InputStream stream(BlobHandle blob) throws IOException {
        return firstWhole(blob, BlobLoader::streamOf);
    }

    private static InputStream streamOf(Codec codec, byte[] bytes, PackedBlob place) throws IOException {
        if (place.compressed() && place.rawLength() > Plain.STREAM_FROM) {
            return Plain.openStream(codec, bytes, place);
        }
        return new ByteArrayInputStream(Plain.open(codec, bytes, 0, place).copy());
    }

    private <R> R firstWhole(BlobHandle blob, Opener<R> opener) throws IOException {
        List<PackedBlob> places = index.findAll(blob);
        if (places.isEmpty()) {
            throw new MissingObject(blob.toString());
        }
        IOException failure = null;
        for (PackedBlob place : places) {
            try (Codec codec = codecs.take()) {
                return opener.open(codec, fetch(place), place);
            } catch (IOException e) {
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
        }
        throw failure;
    }

    private byte[] fetch(PackedBlob place) throws IOException {
        byte[] sealed = backend.load(FileType.PACK, place.pack().toString(), place.offset(), place.length());
        if (sealed.length != place.length()) {
            throw Plain.damaged(place, "the pack ends before it");
        }
        return sealed;
    }
}
