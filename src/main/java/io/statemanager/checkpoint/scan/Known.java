package io.statemanager.checkpoint.scan;

import io.statemanager.restic.Id;
import java.io.IOException;
import java.util.List;

/** What the repository holds: a record that names anything else is not believed. Safe for several threads. */
public interface Known {
    /** For scans that store nothing. */
    Known EVERYTHING = new Known() {
        @Override
        public boolean hasAll(List<Id> content) {
            return true;
        }

        @Override
        public boolean hasTree(Id tree) {
            return true;
        }
    };

    /** Whether all these data blobs are stored. */
    boolean hasAll(List<Id> content) throws IOException;

    boolean hasTree(Id tree) throws IOException;
}
