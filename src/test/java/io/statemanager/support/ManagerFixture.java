package io.statemanager.support;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A folder for one test, and the managers that it starts, which end with it. */
public abstract class ManagerFixture {
    @TempDir
    protected Path dir;

    private final List<Manager> managers = new ArrayList<>();

    /** A machine's manager, with a data directory of its own below the folder. */
    protected final Manager manager(String name) {
        return ended(Manager.at(dir.resolve(name).resolve("data")));
    }

    /** One that the test made, to be ended with it. */
    protected final Manager ended(Manager manager) {
        managers.add(manager);
        return manager;
    }

    @AfterEach
    protected void endManagers() {
        managers.forEach(Manager::close);
    }
}
