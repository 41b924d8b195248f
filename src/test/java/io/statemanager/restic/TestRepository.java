package io.statemanager.restic;

import java.io.IOException;
import java.time.Instant;

/** Repositories whose master key is at hand, so that tests do not wait for scrypt. */
final class TestRepository {

    static final MasterKey KEY = MasterKey.of(Samples.random(42, 64));

    private static final Polynomial POLYNOMIAL = new Polynomial(0x3DA3358B4DC173L);

    private TestRepository() {}

    /** Initialises and opens a repository with a fixed key. */
    static Repository create(Backend backend, int version) throws IOException {
        RepositoryConfig config = new RepositoryConfig(version, "00".repeat(32), POLYNOMIAL);
        byte[] json = config.toJson();
        byte[] sealed = new byte[json.length + Sealer.OVERHEAD];
        System.arraycopy(json, 0, sealed, Sealer.IV, json.length);
        new Sealer(KEY).seal(sealed, 0, json.length);
        backend.save(FileType.CONFIG, "", java.nio.ByteBuffer.wrap(sealed));
        return Repository.open(backend, KEY);
    }

    /** Initialises with a key file too, for restic. */
    static Repository createWithPassword(Backend backend, String password) throws IOException {
        RepositoryConfig config = new RepositoryConfig(2, "00".repeat(32), POLYNOMIAL);
        NewRepository.create(password, "host", "user", Instant.EPOCH, KEY, config)
                .saveTo(backend);
        return Repository.open(backend, KEY);
    }
}
