package io.statemanager.checkpoint.restore;

import io.statemanager.checkpoint.scan.Selection;
import io.statemanager.restic.Backend;
import io.statemanager.restic.FileInfo;
import io.statemanager.restic.FileType;
import io.statemanager.restic.Id;
import io.statemanager.restic.MissingObject;
import io.statemanager.restic.Repository;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Proves that a tree can be restored, before anything is touched: every directory is read, every blob of every file is in the index,
 * and every pack that holds one is in the store. Blocking.
 */
public final class TreeCheck {
    private final Repository repository;
    private final Backend backend;
    private final Executor executor;

    /** {@code backend}: where the repository's objects are listed. */
    public TreeCheck(Repository repository, Backend backend, Executor executor) {
        this.repository = repository;
        this.backend = backend;
        this.executor = executor;
    }

    /**
     * Errors: {@link MissingObject} and {@link io.statemanager.restic.CorruptObject} name what is not as it must be; {@code restore_blocked} tells
     * what is in the way of it.
     */
    public void check(Id tree, Obstacles obstacles) throws IOException {
        obstacles.requireRemovable(obstacles.inTheWay(read(tree)));
    }

    private Target read(Id tree) throws IOException {
        TargetReader reader = new TargetReader(repository, Selection.ALL);
        Target target = reader.read(tree, executor);
        Set<String> there = new HashSet<>();
        for (FileInfo pack : backend.list(FileType.PACK)) {
            there.add(pack.name());
        }
        for (Id pack : reader.packs()) {
            if (!there.contains(pack.toString())) {
                throw new MissingObject(FileType.PACK, pack.toString());
            }
        }
        return target;
    }
}
