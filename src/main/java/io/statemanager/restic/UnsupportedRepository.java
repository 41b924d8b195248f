package io.statemanager.restic;

/** A repository, or a part of one, in a form that this program does not know: a newer version, another key derivation. */
public final class UnsupportedRepository extends RepositoryException {

    private static final long serialVersionUID = 1L;

    UnsupportedRepository(String message) {
        super(message, null);
    }
}
