package io.statemanager.checkpoint.repository;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Json;
import io.statemanager.checkpoint.commit.Blocking;
import io.statemanager.restic.CorruptObject;
import io.statemanager.restic.FileType;
import io.statemanager.restic.MissingObject;
import io.statemanager.restic.NewRepository;
import io.statemanager.restic.UnlockedKey;
import io.statemanager.storage.Body;
import io.statemanager.storage.GetResult;
import io.statemanager.storage.ObjectStore;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.Range;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * How the repository comes to be, once for all environments that share it. Whoever creates {@code repository.json} decides: it holds
 * the first key file and the configuration, byte for byte, and everybody writes those and no others. So two that begin at once
 * cannot end with a configuration that one's key does not open. A repository that restic made is taken over by writing down what is
 * there. Blocking.
 */
final class Founding {
    private static final String KEY = "repository.json";
    private static final int FORMAT = 1;

    private final ObjectStore store;
    private final StoreBackend backend;

    Founding(ObjectStore store, StoreBackend backend) {
        this.store = store;
        this.backend = backend;
    }

    /** The document; {@code keyFile} and {@code config} in Base64. */
    private record Document(int format, String keyFile, String config) {
        static Document of(NewRepository repository) {
            Base64.Encoder base64 = Base64.getEncoder();
            return new Document(
                    FORMAT, base64.encodeToString(repository.keyFile()), base64.encodeToString(repository.config()));
        }

        NewRepository repository() {
            return new NewRepository(
                    Base64.getDecoder().decode(keyFile), Base64.getDecoder().decode(config));
        }
    }

    /**
     * The repository's key, after the repository is there. Errors: {@link io.statemanager.restic.WrongPassword}, {@link CorruptObject}
     * where the store holds another repository than the one written down.
     */
    UnlockedKey found(String password, String hostname) throws IOException {
        Optional<NewRepository> decided = read();
        if (decided.isEmpty() && !exists()) {
            decided = Optional.of(decide(NewRepository.create(password, hostname, "state-manager", Instant.now())));
        }
        if (decided.isEmpty()) {
            UnlockedKey key = UnlockedKey.find(backend, password);
            decide(new NewRepository(
                    backend.load(FileType.KEY, key.id().toString()), backend.load(FileType.CONFIG, "")));
            return key;
        }
        complete(decided.get());
        return UnlockedKey.find(backend, password);
    }

    private boolean exists() throws IOException {
        return backend.head(FileType.CONFIG, "").isPresent();
    }

    /** Writes what is decided and not there yet. */
    private void complete(NewRepository decided) throws IOException {
        byte[] config;
        try {
            config = backend.load(FileType.CONFIG, "");
        } catch (MissingObject notYet) {
            decided.saveTo(backend);
            return;
        }
        if (!Arrays.equals(config, decided.config())) {
            throw new CorruptObject(
                    FileType.CONFIG, "", "it is another repository's than the one that " + KEY + " names");
        }
    }

    private Optional<NewRepository> read() {
        try {
            GetResult got = Blocking.await(store.get(KEY, Range.all()));
            Document document = Json.bind(
                    Json.parse(got.body().getBytes(), FailureCode.REPOSITORY_DAMAGED),
                    Document.class,
                    FailureCode.REPOSITORY_DAMAGED);
            if (document.format() != FORMAT) {
                throw CommandException.of(
                        FailureCode.REPOSITORY_DAMAGED,
                        KEY + " has format " + document.format() + ", this program knows " + FORMAT);
            }
            return Optional.of(document.repository());
        } catch (StoreException e) {
            if (e.error() == StoreError.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        } catch (IllegalArgumentException e) {
            throw CommandException.of(FailureCode.REPOSITORY_DAMAGED, KEY + " does not hold what it must", e);
        }
    }

    /** Creates the document, or takes the one that somebody else created first. */
    private NewRepository decide(NewRepository proposal) {
        try {
            Blocking.await(store.put(
                    KEY,
                    Body.of(Json.document(Document.of(proposal))),
                    PutOptions.createOnly().withNonce(UUID.randomUUID().toString())));
            return proposal;
        } catch (StoreException e) {
            if (e.error() == StoreError.PRECONDITION_FAILED) {
                return read().orElseThrow(() -> e);
            }
            throw e;
        }
    }
}
