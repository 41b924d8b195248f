package io.statemanager.storage;

import static io.statemanager.bus.FailureCode.BUCKET_NOT_FOUND;
import static io.statemanager.bus.FailureCode.STORE_CANNOT_FENCE;
import static io.statemanager.bus.FailureCode.STORE_DENIED;
import static io.statemanager.bus.FailureCode.STORE_FAILED;
import static io.statemanager.bus.FailureCode.STORE_UNREACHABLE;

import io.statemanager.bus.Command;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Nothing;
import io.statemanager.bus.StatusCommands;
import io.statemanager.config.StorageSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The store's commands, all internal: how it is opened and closed, and the operations of {@link ObjectStore} as {@link BusObjectStore}
 * sends them. Buffers and paths are handed over by reference; a stream is not.
 */
public final class StoreCommands {
    private static final FailureCode[] FAILURES = {
        STORE_UNREACHABLE,
        STORE_DENIED,
        BUCKET_NOT_FOUND,
        STORE_CANNOT_FENCE,
        STORE_FAILED,
        FailureCode.DISK_FULL,
        FailureCode.DIRECTORY_FAILED,
        FailureCode.LEASE_LOST
    };

    private StoreCommands() {}

    // ---- the store itself ----

    /**
     * A store and whose it is.
     *
     * @param environment the name, below which the probe works
     * @param probe whether to try out the store first
     */
    public record Open(StorageSettings settings, String environment, boolean probe) {}

    /**
     * A store that is in use now.
     *
     * @param local whether it is a directory of this machine
     * @param warnings what the probe found that people should know
     */
    public record Opened(boolean local, StoreQuirks quirks, List<String> warnings) {}

    public static final Command<Open, Opened> OPEN =
            internal("store.open", Open.class, Opened.class, "Takes a store into use, in the place of the one before.");

    public static final Command<Open, Opened> PROBE =
            internal("store.probe", Open.class, Opened.class, "Tries out a store without taking it into use.");

    public static final Command<StorageSettings, Nothing> CREDENTIALS = internal(
            "store.credentials",
            StorageSettings.class,
            Nothing.class,
            "Goes on with other credentials for the store in use.");

    public static final Command<Nothing, Nothing> CLOSE =
            internal("store.close", Nothing.class, Nothing.class, "Ends the store in use.");

    public static final Command<Nothing, StatusCommands.Storage> STATUS = internal(
            "store.status",
            Nothing.class,
            StatusCommands.Storage.class,
            "The store's part of the status, from memory.");

    // ---- its operations ----

    /** @param gated whether writes pass the lease's gate; everybody's do but the lease's own */
    public record Access(boolean gated, CallPolicy policy) {}

    public record Put(String key, Body body, PutOptions options, Access access) {}

    public record Get(String key, Range range, Access access) {}

    public record GetToFile(String key, Range range, Path file, long offset, Access access) {}

    public record Head(String key, Access access) {}

    /** @param object empty where there is none */
    public record Found(Optional<ObjectInfo> object) {}

    public record Page(String prefix, String startAfter, int max, Access access) {}

    public record Copy(String from, String to, Condition condition, Access access) {}

    public record Delete(List<String> keys, Access access) {}

    public static final Command<Put, PutResult> PUT =
            internal("store.put", Put.class, PutResult.class, "Writes an object.");

    public static final Command<Get, GetResult> GET =
            internal("store.get", Get.class, GetResult.class, "Reads an object or a range of it.");

    public static final Command<GetToFile, FileResult> GET_TO_FILE = internal(
            "store.get-to-file", GetToFile.class, FileResult.class, "Reads an object or a range of it into a file.");

    public static final Command<Head, Found> HEAD =
            internal("store.head", Head.class, Found.class, "Tells what is known of an object.");

    public static final Command<Page, ListPage> LIST =
            internal("store.list", Page.class, ListPage.class, "One page of the keys below a prefix.");

    public static final Command<Copy, PutResult> COPY =
            internal("store.copy", Copy.class, PutResult.class, "Copies an object inside the store.");

    public static final Command<Delete, Nothing> DELETE =
            internal("store.delete", Delete.class, Nothing.class, "Removes objects.");

    /** The store has deadlines of its own, so the command's is only the last resort. */
    private static <Q, R> Command<Q, R> internal(String address, Class<Q> request, Class<R> reply, String summary) {
        return Command.internal(address, request, reply, Command.LONG, summary, FAILURES);
    }
}
