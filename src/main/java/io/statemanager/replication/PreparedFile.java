package io.statemanager.replication;

import io.statemanager.ltx.LtxFile;
import io.statemanager.ltx.LtxHeader;
import java.nio.file.Path;
import java.util.Map;

/**
 * A file whose bytes are fixed: they are sent unchanged, with the same nonce, until it is known what became of them.
 *
 * @param content the bytes, on disk and synced
 * @param snapshot a full copy of the same state for the snapshot level, or null where none is due; where it is {@code content} itself, it is
 *     copied inside the store
 */
record PreparedFile(
        LtxFile file, LtxHeader header, Path content, Map<String, String> metadata, PreparedFile snapshot) {}
