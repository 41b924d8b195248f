package io.statemanager.storage;

import io.statemanager.config.Secret;
import io.statemanager.config.StorageSettings;
import io.statemanager.config.StorageType;
import io.statemanager.storage.local.LocalObjectStore;
import io.statemanager.storage.s3.S3Credentials;
import io.statemanager.storage.s3.S3ObjectStore;
import io.statemanager.storage.s3.S3Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A configured store, tried out where that was asked for, with everything that lies between it and its users: quirks, key prefix,
 * resolution of lost answers.
 *
 * @param raw as the lease uses it
 */
record OpenStore(
        StorageSettings settings, ProbeableStore bare, DirectStore raw, StoreQuirks quirks, List<String> warnings) {

    /**
     * Opens it; a store that fails its probe is closed again.
     *
     * @param counters where its requests are counted
     */
    static Future<OpenStore> open(Vertx vertx, StoreCommands.Open wanted, StoreCounters counters) {
        return bare(vertx, wanted.settings(), counters)
                .compose(store -> probed(vertx, store, wanted)
                        .map(found -> new OpenStore(
                                wanted.settings(),
                                store,
                                new ResolvingObjectStore(
                                        vertx,
                                        PrefixedObjectStore.of(
                                                store.with(found.quirks()),
                                                wanted.settings().keyPrefix())),
                                found.quirks(),
                                found.warnings()))
                        .recover(failure -> store.close().transform(closed -> Future.failedFuture(failure))));
    }

    private static Future<? extends ProbeableStore> bare(
            Vertx vertx, StorageSettings settings, StoreCounters counters) {
        return settings.type() == StorageType.FILE
                ? LocalObjectStore.open(vertx, settings.path(), counters)
                : S3ObjectStore.open(vertx, s3(settings), counters);
    }

    private static Future<StoreProbe.Finding> probed(Vertx vertx, ProbeableStore store, StoreCommands.Open wanted) {
        if (!wanted.probe()) {
            return Future.succeededFuture(new StoreProbe.Finding(StoreQuirks.NONE, List.of()));
        }
        String prefix = wanted.settings().keyPrefix();
        return StoreProbe.run(
                vertx, store, prefix.isEmpty() ? wanted.environment() : prefix + "/" + wanted.environment());
    }

    private static S3Settings s3(StorageSettings settings) {
        return S3Settings.of(
                settings.bucket(),
                Optional.ofNullable(settings.endpoint()).map(URI::create),
                settings.region(),
                credentials(settings));
    }

    static S3Credentials credentials(StorageSettings settings) {
        return settings.accessKey() == null
                ? new S3Credentials.DefaultChain()
                : new S3Credentials.Fixed(
                        settings.accessKey().reveal(),
                        settings.secretKey().reveal(),
                        Optional.ofNullable(settings.sessionToken()).map(Secret::reveal));
    }

    boolean isLocal() {
        return settings.type() == StorageType.FILE;
    }

    /** Goes on with other credentials, where the store has any. */
    Future<Void> change(StorageSettings other) {
        return bare instanceof S3ObjectStore s3 ? s3.changeCredentials(credentials(other)) : Future.succeededFuture();
    }

    Future<Void> close() {
        return raw.close();
    }

    StoreCommands.Opened told() {
        return new StoreCommands.Opened(isLocal(), quirks, warnings);
    }
}
