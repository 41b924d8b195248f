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
     * Tries the repository's key files one after the other.
     *
     * @throws WrongPassword where the password opens none
     * @throws MissingObject where there is no key at all, so no repository
     */
    public static UnlockedKey find(Backend backend, String password) throws IOException {
        List<FileInfo> keys = backend.list(FileType.KEY);
        if (keys.isEmpty()) {
            throw new MissingObject("key");
        }
        RepositoryException damaged = null;
        for (FileInfo info : keys) {
            try {
                MasterKey master = open(backend, info.name(), password);
                if (master != null) {
                    return new UnlockedKey(Id.parse(info.name()), master);
                }
            } catch (CorruptObject | MissingObject | UnsupportedRepository e) {
                // A key that cannot be used must not lock out those whose own key is whole.
                damaged = e;
            }
        }
        if (damaged != null) {
            throw damaged;
        }
        throw new WrongPassword(keys.size());
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
