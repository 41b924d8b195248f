package io.statemanager.ltx;

/** How pages are written; each frame says which it is, and readers take both, mixed as well. */
public enum PageEncoding {
    /** A size and a raw LZ4 block: Litestream v0.5.16 and later. The default. */
    BLOCK,
    /** A complete LZ4 frame: read by every Litestream v0.5; 15 bytes more for each page. */
    FRAME
}
