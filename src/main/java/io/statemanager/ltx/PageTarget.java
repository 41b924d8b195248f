package io.statemanager.ltx;

import java.io.IOException;

/** Where a chain of files is applied: a database file, or whatever keeps pages by number. */
public interface PageTarget {
    /** Takes a page; a later one of the same number replaces it. Pages come in no order across files. */
    void write(int pgno, byte[] page, int pageSize) throws IOException;

    /** Sets the size in pages; pages beyond it are forgotten, pages never written are zeros. */
    void resize(int pages, int pageSize) throws IOException;
}
