package io.statemanager.restic;

import java.io.IOException;
import java.util.List;

/**
 * A key file that a password opened.
 *
 * @param id the key file's name
 * @param masterKey what was in it
 */
public record UnlockedKey(Id id, MasterKey masterKey) {

    /**
     * Tries the repository's key files one after the other. A key that the password opens must also open the configuration: another initialiser's key,
     * left beside it, is passed over.
     *
     * @throws WrongPassword where the password opens none
     * @throws MissingObject where there is no key or no configuration, so no repository
     */
    public static UnlockedKey find(Backend backend, String password) throws IOException {
        List<FileInfo> keys = backend.list(FileType.KEY);
        if (keys.isEmpty()) {
            throw new MissingObject("key");
        }
        byte[] config = backend.load(FileType.CONFIG, "");
        RepositoryException damaged = null;
        for (FileInfo info : keys) {
            try {
                MasterKey master = open(backend, info.name(), password);
                if (master != null && new Sealer(master).verify(config, 0, config.length)) {
                    return new UnlockedKey(Id.parse(info.name()), master);
                }
                if (master != null) {
                    damaged = new CorruptObject(FileType.CONFIG, "", "key " + info.name() + " does not open it");
                }
            } catch (CorruptObject | MissingObject | UnsupportedRepository e) {
                // A key that cannot be used must not lock out those whose own key is whole.
                damaged = e;
            }
        }
        throw damaged == null ? new WrongPassword(keys.size()) : damaged;
    }

    private static MasterKey open(Backend backend, String name, String password) throws IOException {
        String object = CorruptObject.describe(FileType.KEY, name);
        byte[] bytes = backend.load(FileType.KEY, name);
        if (!Id.hashOf(bytes).toString().equals(name)) {
            throw new CorruptObject(object, "its bytes do not have the hash that is its name");
        }
        return KeyFile.fromJson(bytes, object).open(password, object);
    }
}
