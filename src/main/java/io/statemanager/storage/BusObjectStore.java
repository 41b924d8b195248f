package io.statemanager.storage;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Command;
import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The store in use, reached by its commands: what features hold. It stays valid when the store is opened anew; while none is open, every
 * call fails with {@link StoreError#CLOSED}. Safe for any thread.
 *
 * <p>A body that is a stream is refused: it would cross contexts.
 */
public final class BusObjectStore implements ObjectStore {
    private final Bus bus;
    private final StoreCommands.Access access;

    private BusObjectStore(Bus bus, StoreCommands.Access access) {
        this.bus = bus;
        this.access = access;
    }

    /** The store for everybody: writes pass the lease's gate. */
    public static ObjectStore gated(Bus bus) {
        return new BusObjectStore(bus, new StoreCommands.Access(true, CallPolicy.DEFAULT));
    }

    /** The store for the lease object alone. */
    public static ObjectStore ungated(Bus bus) {
        return new BusObjectStore(bus, new StoreCommands.Access(false, CallPolicy.DEFAULT));
    }

    @Override
    public Future<PutResult> put(String key, Body body, PutOptions options) {
        if (body instanceof Body.Stream) {
            return Future.failedFuture(new StoreException(
                    StoreError.UNSUPPORTED, "put", key, "a stream cannot be sent over the event bus; use a file"));
        }
        return ask(StoreCommands.PUT, new StoreCommands.Put(key, body, options, access), "put", key);
    }

    @Override
    public Future<GetResult> get(String key, Range range) {
        return ask(StoreCommands.GET, new StoreCommands.Get(key, range, access), "get", key);
    }

    @Override
    public Future<FileResult> getToFile(String key, Range range, Path file, long offset) {
        return ask(
                StoreCommands.GET_TO_FILE, new StoreCommands.GetToFile(key, range, file, offset, access), "get", key);
    }

    @Override
    public Future<Optional<ObjectInfo>> head(String key) {
        return ask(StoreCommands.HEAD, new StoreCommands.Head(key, access), "head", key)
                .map(StoreCommands.Found::object);
    }

    @Override
    public Future<ListPage> list(String prefix, String startAfter, int max) {
        return ask(StoreCommands.LIST, new StoreCommands.Page(prefix, startAfter, max, access), "list", prefix);
    }

    @Override
    public Future<PutResult> copy(String from, String to, Condition condition) {
        return ask(StoreCommands.COPY, new StoreCommands.Copy(from, to, condition, access), "copy", to);
    }

    @Override
    public Future<Void> delete(Collection<String> keys) {
        if (keys.isEmpty()) {
            return Future.succeededFuture();
        }
        List<String> all = List.copyOf(keys);
        return ask(StoreCommands.DELETE, new StoreCommands.Delete(all, access), "delete", all.get(0))
                .mapEmpty();
    }

    @Override
    public ObjectStore with(CallPolicy policy) {
        return new BusObjectStore(bus, new StoreCommands.Access(access.gated(), policy));
    }

    /** A failure arrives as a command's; what the store said is its cause. */
    private <Q, R> Future<R> ask(Command<Q, R> command, Q request, String operation, String key) {
        return bus.request(command, request)
                .recover(failure -> Future.failedFuture(
                        failure.getCause() instanceof StoreException said ? said : unsaid(failure, operation, key)));
    }

    /** The store was not asked, or did not answer. */
    private static StoreException unsaid(Throwable failure, String operation, String key) {
        boolean absent = failure instanceof CommandException e && e.code() == FailureCode.UNAVAILABLE;
        boolean late = failure instanceof CommandException e && e.code() == FailureCode.TIMEOUT;
        StoreError error = absent ? StoreError.CLOSED : late ? StoreError.TIMEOUT : StoreError.UNEXPECTED;
        return new StoreException(error, operation, key, failure.getMessage(), "", !absent, failure);
    }
}
