package io.statemanager.environment;

import io.statemanager.bus.Call;
import io.statemanager.bus.CheckpointCommands.Created;
import io.statemanager.bus.DatabaseCommands.Replica;
import io.statemanager.bus.DatabasePosition;
import io.vertx.core.Future;
import java.util.Map;

/** What a {@link Restoration} brings the environment to. Confined to the environment verticle's context. */
interface RestoreTarget {

    /** What kind of thing it is, as the log has it: {@code checkpoint} or {@code database}. */
    String kind();

    /** Its name for people. */
    String name();

    /** Proves that everything it needs is there, before anything is touched. The other questions are asked afterwards. */
    Future<?> check(Call call);

    /** What each database that is replaced becomes, over the last position that its replica has reached now. */
    Map<String, DatabasePosition> replaced(Map<String, Replica> replicas);

    /**
     * What the line commit says of every database.
     *
     * @param replaced as {@link #replaced} said last
     * @param safety the copy of what is replaced, made while no process ran
     */
    Map<String, DatabasePosition> state(Map<String, DatabasePosition> replaced, Created safety);

    /** The checkpoint whose files the line commit names. */
    String files(Created safety);

    /** Whether the files are made equal to those, or stay as they are. */
    boolean replacesFiles();

    /** The positions of the databases, for the answer. */
    Map<String, DatabasePosition> databases();
}
