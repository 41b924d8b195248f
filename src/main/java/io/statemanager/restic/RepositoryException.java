package io.statemanager.restic;

import java.io.IOException;

/** What a repository can do wrong, as types. Failures of the store itself stay the {@link IOException}s that the {@link Backend} throws. */
public abstract sealed class RepositoryException extends IOException
        permits CorruptObject, MissingObject, WrongPassword, RepositoryLocked, UnsupportedRepository {

    private static final long serialVersionUID = 1L;

    RepositoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
