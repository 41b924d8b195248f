/**
 * SQLite's write-ahead log and its shared-memory index, read only and without SQLite: header, frames with both checksum orders, resuming
 * behind a known frame, the newest frame of each page, and the index header with its two copies.
 *
 * <p>Pure: bytes come through {@link io.statemanager.wal.ByteSource}, whose owner decides which descriptor is behind it. That matters:
 * closing any descriptor of a shared-memory index or a database drops the process's locks on it. Source of the formats: SQLite's
 * {@code walformat} and {@code wal.c}.
 */
package io.statemanager.wal;
