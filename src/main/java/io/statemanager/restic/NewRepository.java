package io.statemanager.restic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The two objects that make a repository, as exact bytes, before they are anywhere. Whoever settles them first (by a create-only object that holds both)
 * decides for all: every initialiser writes those bytes and no others, so two that start at once cannot mix keys.
 *
 * @param keyFile the first key file; its name is the SHA-256 of it
 * @param config the encrypted configuration
 */
@SuppressWarnings("ArrayRecordComponent") // Equality is told below.
public record NewRepository(byte[] keyFile, byte[] config) {

    /**
     * Makes a repository of version 2 with a fresh master key, identity and chunker polynomial.
     *
     * @param password may be empty, as restic's {@code --insecure-no-password} has it
     * @param hostname and
     * @param username are told by {@code restic key list}
     */
    public static NewRepository create(String password, String hostname, String username, Instant created) {
        byte[] identity = Randomness.bytes(Id.LENGTH);
        RepositoryConfig config = new RepositoryConfig(2, HexFormat.of().formatHex(identity), Polynomial.random());
        return create(password, hostname, username, created, MasterKey.random(), config);
    }

    static NewRepository create(
            String password,
            String hostname,
            String username,
            Instant created,
            MasterKey master,
            RepositoryConfig config) {
        byte[] keyFile =
                KeyFile.create(master, password, username, hostname, created).toJson();
        byte[] json = config.toJson();
        byte[] sealed = new byte[json.length + Sealer.OVERHEAD];
        System.arraycopy(json, 0, sealed, Sealer.IV, json.length);
        new Sealer(master).seal(sealed, 0, json.length);
        return new NewRepository(keyFile, sealed);
    }

    /** The key file's name. */
    public Id keyId() {
        return Id.hashOf(keyFile);
    }

    /**
     * Writes both, the key first; repeating it is harmless.
     *
     * @throws CorruptObject where another configuration is there: another repository, or what is left of one. Nothing is written then
     */
    public void saveTo(Backend backend) throws IOException {
        if (isThere(backend)) {
            return;
        }
        backend.save(FileType.KEY, keyId().toString(), ByteBuffer.wrap(keyFile));
        backend.save(FileType.CONFIG, "", ByteBuffer.wrap(config));
        if (!isThere(backend)) {
            throw new MissingObject(FileType.CONFIG, "");
        }
    }

    /** Whether both are there already. */
    private boolean isThere(Backend backend) throws IOException {
        try {
            if (!Arrays.equals(backend.load(FileType.CONFIG, ""), config)) {
                throw new CorruptObject(
                        FileType.CONFIG, "", "it is another repository's than the one that was to be made here");
            }
            return Arrays.equals(backend.load(FileType.KEY, keyId().toString()), keyFile);
        } catch (MissingObject e) {
            return false;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NewRepository that
                && Arrays.equals(keyFile, that.keyFile)
                && Arrays.equals(config, that.config);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(keyFile);
    }

    /** Names the key file; the bytes are nobody's reading. */
    @Override
    public String toString() {
        return "NewRepository[key " + keyId() + "]";
    }
}
