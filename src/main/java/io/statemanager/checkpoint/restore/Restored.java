package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.scan.DirectoryRecord;
import java.util.List;
import java.util.Map;

/**
 * What a restore did.
 *
 * @param changed entries that were made, rewritten, linked or adjusted; directories are not counted
 * @param deleted entries that the target does not have, directories included
 * @param unchanged entries that were not touched
 * @param records of the tree as it is now: with them the next checkpoint reads only what changes from here on
 * @param warnings what could not be set here, in words
 */
public record Restored(
        long changed, long deleted, long unchanged, Map<String, DirectoryRecord> records, List<String> warnings) {}
