package io.statemanager;

import static io.statemanager.bus.Nothing.NOTHING;

import io.statemanager.bus.Bus;
import io.statemanager.bus.StatusCommands;
import io.statemanager.config.Configuration;
import io.statemanager.config.StorageSettings;
import io.statemanager.config.StoreAccess;
import io.statemanager.environment.Stores;
import io.statemanager.storage.Body;
import io.statemanager.storage.BusObjectStore;
import io.statemanager.storage.ObjectStore;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.StoreCommands;
import io.vertx.core.Future;

/** The store as environment and configuration ask for it, by the storage verticle's commands. */
final class BusStores implements Stores, StoreAccess {
    private final Bus bus;

    BusStores(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Future<Boolean> open(Configuration configuration, boolean probe) {
        return bus.request(StoreCommands.OPEN, store(configuration, probe)).map(StoreCommands.Opened::local);
    }

    @Override
    public Future<Void> close() {
        return bus.request(StoreCommands.CLOSE, NOTHING).mapEmpty();
    }

    @Override
    public ObjectStore gated() {
        return BusObjectStore.gated(bus);
    }

    /** Guarded by nothing: for the lease object alone. */
    ObjectStore ungated() {
        return BusObjectStore.ungated(bus);
    }

    Future<StatusCommands.Storage> status() {
        return bus.request(StoreCommands.STATUS, NOTHING);
    }

    @Override
    public Future<Void> probe(Configuration configuration) {
        return bus.request(StoreCommands.PROBE, store(configuration, true)).mapEmpty();
    }

    @Override
    public Future<Void> changeCredentials(StorageSettings storage) {
        return bus.request(StoreCommands.CREDENTIALS, storage).mapEmpty();
    }

    @Override
    public Future<Void> write(String key, byte[] document) {
        return gated().put(key, Body.of(document), PutOptions.overwrite()).mapEmpty();
    }

    private static StoreCommands.Open store(Configuration configuration, boolean probe) {
        return new StoreCommands.Open(configuration.storage(), configuration.name(), probe);
    }
}
