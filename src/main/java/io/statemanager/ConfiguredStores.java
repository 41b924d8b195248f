package io.statemanager;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.StatusCommands;
import io.statemanager.config.Configuration;
import io.statemanager.config.StorageSettings;
import io.statemanager.config.StorageType;
import io.statemanager.config.StoreAccess;
import io.statemanager.environment.Stores;
import io.statemanager.storage.Body;
import io.statemanager.storage.CallPolicy;
import io.statemanager.storage.Condition;
import io.statemanager.storage.DirectStore;
import io.statemanager.storage.FileResult;
import io.statemanager.storage.GatedObjectStore;
import io.statemanager.storage.GetResult;
import io.statemanager.storage.LeaseGate;
import io.statemanager.storage.ListPage;
import io.statemanager.storage.ObjectInfo;
import io.statemanager.storage.ObjectStore;
import io.statemanager.storage.PrefixedObjectStore;
import io.statemanager.storage.PutOptions;
import io.statemanager.storage.PutResult;
import io.statemanager.storage.Range;
import io.statemanager.storage.ResolvingObjectStore;
import io.statemanager.storage.StoreError;
import io.statemanager.storage.StoreException;
import io.statemanager.storage.local.LocalObjectStore;
import io.statemanager.storage.s3.S3Credentials;
import io.statemanager.storage.s3.S3ObjectStore;
import io.statemanager.storage.s3.S3Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

final class ConfiguredStores implements Stores, StoreAccess {
    private final Vertx vertx;
    private final LeaseGate gate;
    private volatile DirectStore current;
    private volatile Configuration configuration;

    ConfiguredStores(Vertx vertx, LeaseGate gate) {
        this.vertx = vertx;
        this.gate = gate;
    }

    @Override
    public Future<Boolean> open(Configuration configuration, boolean probe) {
        return close().compose(v -> connect(configuration)).map(store -> {
            current = store;
            this.configuration = configuration;
            return configuration.storage().type() == StorageType.FILE;
        });
    }

    private Future<DirectStore> connect(Configuration c) {
        StorageSettings s = c.storage();
        Future<? extends DirectStore> opened = s.type() == StorageType.FILE
                ? LocalObjectStore.open(vertx, s.path())
                : S3ObjectStore.open(
                        vertx,
                        S3Settings.of(
                                s.bucket(),
                                Optional.ofNullable(s.endpoint()).map(URI::create),
                                s.region(),
                                s.accessKey() == null
                                        ? new S3Credentials.DefaultChain()
                                        : new S3Credentials.Fixed(
                                                s.accessKey().reveal(),
                                                s.secretKey().reveal(),
                                                Optional.ofNullable(s.sessionToken())
                                                        .map(io.statemanager.config.Secret::reveal))));
        return opened.map(store -> PrefixedObjectStore.of(new ResolvingObjectStore(vertx, store), s.keyPrefix()));
    }

    @Override
    public Future<Void> close() {
        DirectStore old = current;
        current = null;
        return old == null ? Future.succeededFuture() : old.close();
    }

    @Override
    public ObjectStore gated() {
        return new Late(true, CallPolicy.DEFAULT);
    }

    ObjectStore ungated() {
        return new Late(false, CallPolicy.DEFAULT);
    }

    Future<StatusCommands.Storage> status() {
        Configuration c = configuration;
        return Future.succeededFuture(
                c == null
                        ? null
                        : new StatusCommands.Storage(
                                c.storage().type().name().toLowerCase(java.util.Locale.ROOT),
                                current == null ? "closed" : "open",
                                c.storage().bucket(),
                                c.storage().endpoint(),
                                c.storage().path() == null
                                        ? null
                                        : c.storage().path().toString(),
                                c.storage().keyPrefix(),
                                List.of(),
                                null));
    }

    @Override
    public Future<Void> probe(Configuration configuration) {
        return connect(configuration).compose(DirectStore::close);
    }

    @Override
    public Future<Void> changeCredentials(StorageSettings storage) {
        return Future.failedFuture(CommandException.of(FailureCode.INTERNAL, "not here"));
    }

    @Override
    public Future<Void> write(String key, byte[] document) {
        return gated().put(key, Body.of(document), PutOptions.overwrite()).mapEmpty();
    }

    private final class Late implements ObjectStore {
        private final boolean gated;
        private final CallPolicy policy;

        Late(boolean gated, CallPolicy policy) {
            this.gated = gated;
            this.policy = policy;
        }

        private ObjectStore now() {
            DirectStore store = current;
            if (store == null) {
                throw new StoreException(StoreError.CLOSED, "use", "", "the store is not open");
            }
            DirectStore with = store.with(policy);
            return gated ? new GatedObjectStore(with, gate) : with;
        }

        @Override
        public Future<PutResult> put(String key, Body body, PutOptions options) {
            return now().put(key, body, options);
        }

        @Override
        public Future<GetResult> get(String key, Range range) {
            return now().get(key, range);
        }

        @Override
        public Future<FileResult> getToFile(String key, Range range, Path file, long offset) {
            return now().getToFile(key, range, file, offset);
        }

        @Override
        public Future<Optional<ObjectInfo>> head(String key) {
            return now().head(key);
        }

        @Override
        public Future<ListPage> list(String prefix, String startAfter, int max) {
            return now().list(prefix, startAfter, max);
        }

        @Override
        public Future<PutResult> copy(String from, String to, Condition condition) {
            return now().copy(from, to, condition);
        }

        @Override
        public Future<Void> delete(Collection<String> keys) {
            return now().delete(keys);
        }

        @Override
        public ObjectStore with(CallPolicy other) {
            return new Late(gated, other);
        }
    }
}
