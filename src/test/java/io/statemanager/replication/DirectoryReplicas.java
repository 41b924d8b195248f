package io.statemanager.replication;

import io.statemanager.ltx.LtxFile;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Replicas in a directory as Litestream lays them out, with the promises of {@link ReplicaStore}. Tests make it lose answers, or let
 * somebody else be faster.
 */
final class DirectoryReplicas implements ReplicaStore {
    private final Path root;
    private final Map<Path, Map<String, String>> metadata = new ConcurrentHashMap<>();
    final AtomicLong bytesRead = new AtomicLong();
    private final Map<Path, Instant> written = new ConcurrentHashMap<>();
    private Instant clock = Instant.parse("2026-01-01T00:00:00Z");
    final List<String> created = new ArrayList<>();
    private Document catalog;
    private int version;
    private boolean loseNextAnswer;
    private boolean loseNextRequest;
    private boolean loseNextCatalog;

    DirectoryReplicas(Path root) {
        this.root = root;
    }

    Path replica(String key) {
        return root.resolve(key);
    }

    /** The next write happens, and its sender is not told. */
    void loseNextAnswer() {
        loseNextAnswer = true;
    }

    /** The next write does not happen. */
    void loseNextRequest() {
        loseNextRequest = true;
    }

    /** The next change of the list of replicas does not happen. */
    void loseNextCatalog() {
        loseNextCatalog = true;
    }

    /** Files that another program wrote have no metadata of ours. */
    void forgetMetadata() {
        metadata.clear();
    }

    Map<String, String> metadata(String key, LtxFile file) {
        return metadata.getOrDefault(path(key, file), Map.of());
    }

    private Path path(String key, LtxFile file) {
        return replica(key).resolve(file.directoryKey());
    }

    @Override
    public List<Stored> inventory(String key) {
        if (!Files.isDirectory(replica(key))) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(replica(key))) {
            return files.filter(Files::isRegularFile)
                    .flatMap(file ->
                            LtxFile.parse(
                                    replica(key).relativize(file).toString(),
                                    file.toFile().length())
                                    .stream())
                    .map(file -> new Stored(file, age(key, file), created(key, file)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Part read(String key, LtxFile file, long offset, int length) {
        try (FileChannel channel = FileChannel.open(path(key, file))) {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {}
            bytesRead.addAndGet(bytes.position());
            return new Part(Arrays.copyOf(bytes.array(), bytes.position()), metadata(key, file));
        } catch (NoSuchFileException e) {
            throw new StoreException(StoreError.NOT_FOUND, "get", file.name(), "there is no such object");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void create(String key, LtxFile file, Path content, Map<String, String> with)
            throws TakenException {
        if (loseNextRequest) {
            loseNextRequest = false;
            throw new StoreException(StoreError.TIMEOUT, "put", file.name(), "no answer", "", true, null);
        }
        Path target = path(key, file);
        if (Files.exists(target)) {
            if (with.get(Metadata.NONCE).equals(metadata(key, file).get(Metadata.NONCE))) {
                return;
            }
            throw new TakenException(file.name());
        }
        try {
            Files.createDirectories(target.getParent());
            Files.copy(content, target);
        } catch (FileAlreadyExistsException e) {
            throw new TakenException(file.name());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        metadata.put(target, Map.copyOf(with));
        written.put(target, clock);
        created.add(key + "/" + file.directoryKey());
        loseAnswer(file);
    }

    @Override
    public synchronized void copy(String key, LtxFile from, LtxFile to) throws TakenException {
        create(key, to, path(key, from), metadata(key, from));
    }

    private void loseAnswer(LtxFile file) {
        if (loseNextAnswer) {
            loseNextAnswer = false;
            throw new StoreException(StoreError.TIMEOUT, "put", file.name(), "no answer", "", true, null);
        }
    }

    @Override
    public synchronized Optional<Document> catalog() {
        return Optional.ofNullable(catalog);
    }

    @Override
    public synchronized boolean swapCatalog(String etag, byte[] bytes) {
        if (loseNextCatalog) {
            loseNextCatalog = false;
            throw new StoreException(StoreError.TIMEOUT, "put", "databases.json", "no answer", "", true, null);
        }
        String now = catalog == null ? null : catalog.etag();
        if (!java.util.Objects.equals(now, etag)) {
            return false;
        }
        catalog = new Document(bytes, "v" + ++version);
        return true;
    }

    /** The store's clock moves on. */
    synchronized void pass(Duration time) {
        clock = clock.plus(time);
    }

    synchronized Instant now() {
        return clock;
    }

    /** Files that another program wrote are new at every look. */
    private synchronized Duration age(String key, LtxFile file) {
        return Duration.between(created(key, file), clock);
    }

    private synchronized Instant created(String key, LtxFile file) {
        return written.getOrDefault(path(key, file), clock);
    }
}
