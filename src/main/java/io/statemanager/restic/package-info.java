/**
 * restic's repository format, versions 1 (read) and 2 (read and written), as a small synchronous library.
 *
 * <p>It knows objects, keys, packs, indexes, trees, snapshots and locks, and nothing of where they are kept: storage is the blocking port {@link
 * io.statemanager.restic.Backend}. It starts no thread, has no logger and no global state; work that runs in parallel runs on executors that the caller
 * hands in. What is read is authenticated and compared with its hash before anybody sees it; what is damaged becomes an exception that names the object.
 *
 * <p>Sources: {@code doc/design.rst} of restic, and restic 0.19.1's behaviour where the text leaves room. What we decide ourselves inside the format
 * (pack sizes, compression level, the shape of trees) is in {@code docs/formats.md}.
 */
package io.statemanager.restic;
