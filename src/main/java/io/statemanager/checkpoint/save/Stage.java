package io.statemanager.checkpoint.save;

import io.statemanager.checkpoint.scan.Scan;
import io.statemanager.linux.Directory;
import java.io.IOException;

/** Keeps hold of what files contain at an instant, so that they may change before they are stored. */
@FunctionalInterface
public interface Stage {
    /** For trees that stand still until all is stored. */
    Stage NONE = (top, scan, source) -> source;

    /** Takes what it can of the files that the scan did not know; returns a source that gives them as they are now. */
    FileSource hold(Directory top, Scan scan, FileSource source) throws IOException;
}
