package io.statemanager.restic;

/** The password opens none of the repository's keys. */
public final class WrongPassword extends RepositoryException {

    private static final long serialVersionUID = 1L;

    private final int keysTried;

    WrongPassword(int keysTried) {
        super(
                "wrong password: it opens none of the repository's " + keysTried + (keysTried == 1 ? " key" : " keys"),
                null);
        this.keysTried = keysTried;
    }

    public int keysTried() {
        return keysTried;
    }
}
