package io.statemanager.ltx;

import java.io.IOException;

/** Sees each page of a merge before it is written, so that the caller can compare it with what it knows of the database. */
public interface PageCheck {
    /** For a caller that knows nothing. */
    PageCheck NONE = (pgno, page, pageSize) -> {};

    /** Takes a page, valid during the call; an exception ends the merge. */
    void check(int pgno, byte[] page, int pageSize) throws IOException;
}
