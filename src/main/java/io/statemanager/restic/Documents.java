package io.statemanager.restic;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * The objects that hold one JSON document each: configuration, indexes, snapshots, locks ("Unpacked Data Format" in restic's design). Version 1 stores the
 * document as it is, version 2 with an encoding byte before it and compressed, except for the configuration. Safe for use by many threads.
 */
final class Documents {

    private static final byte[] NO_PREFIX = {};
    private static final byte[] COMPRESSED = {2};
    /** restic's limits are the memory of the machine; a document beyond this is none of ours or theirs. */
    private static final long MAX_PLAIN = 512L * 1024 * 1024;

    private static final int LEVEL = 3;

    private final Backend backend;
    private final CodecPool codecs;

    Documents(Backend backend, CodecPool codecs) {
        this.backend = backend;
        this.codecs = codecs;
    }

    /** Encrypts a document: the exact bytes of an object. */
    byte[] seal(byte[] json, boolean compress) {
        try (Codec codec = codecs.take()) {
            int length = codec.seal(compress ? COMPRESSED : NO_PREFIX, json, 0, json.length, compress ? LEVEL : 0);
            return java.util.Arrays.copyOf(codec.sealed(), length);
        }
    }

    /** Seals and stores a document, and returns its name. */
    Id save(FileType type, byte[] json, boolean compress) throws IOException {
        byte[] sealed = seal(json, compress);
        Id id = Id.hashOf(sealed);
        backend.save(type, id.toString(), ByteBuffer.wrap(sealed));
        return id;
    }

    /** An object's document, verified, as a stream of plain JSON. */
    JsonReader load(FileType type, Id id) throws IOException {
        byte[] sealed = backend.load(type, id.toString());
        if (!Id.hashOf(sealed).equals(id)) {
            throw new CorruptObject(type, id.toString(), "its bytes do not have the hash that is its name");
        }
        return open(type, id.toString(), sealed);
    }

    /** Opens an object's bytes, which are decrypted in place. */
    JsonReader open(FileType type, String name, byte[] sealed) throws IOException {
        int length;
        try (Codec codec = codecs.take()) {
            length = codec.sealer().open(sealed, 0, sealed.length);
        }
        if (length < 0) {
            throw new CorruptObject(type, name, "its MAC does not match");
        }
        return new JsonReader(decode(type, name, sealed, length), CorruptObject.describe(type, name));
    }

    private static InputStream decode(FileType type, String name, byte[] opened, int length) throws IOException {
        int start = Sealer.IV;
        byte version = length == 0 ? 0 : opened[start];
        if (version == '{' || version == '[') {
            return new ByteArrayInputStream(opened, start, length);
        }
        if (version != COMPRESSED[0] || type == FileType.CONFIG) {
            throw new CorruptObject(type, name, "its encoding version is " + version);
        }
        InputStream compressed = new ByteArrayInputStream(opened, start + 1, length - 1);
        return new BoundedInput(new ZstdInputStreamNoFinalizer(compressed), MAX_PLAIN);
    }
}
