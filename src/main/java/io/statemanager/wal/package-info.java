/**
 * SQLite's write-ahead log and its shared-memory index, without SQLite: header, frames with both checksum orders, the newest frame of each
 * page, and the index with its two headers and what it tells of readers and of writing back. Read only, but for a new log that takes another
 * one's place.
 *
 * <p>Whoever follows a log keeps a {@link io.statemanager.wal.WalPosition}, asks {@link io.statemanager.wal.WalResume} what has become of
 * the log since, and takes the committed frames behind it as {@link io.statemanager.wal.WalTail}s, each of which ends at the next position.
 *
 * <p>Pure: bytes come through {@link io.statemanager.wal.ByteSource}, whose owner decides which descriptor is behind it. That matters:
 * closing any descriptor of a shared-memory index or a database drops the process's locks on it. Source of the formats: SQLite's
 * {@code walformat} and {@code wal.c}.
 */
package io.statemanager.wal;
