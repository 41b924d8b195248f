package io.statemanager.config;

import io.statemanager.bus.Json;
import io.statemanager.runtime.Ticker;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/**
 * Copies of the configuration without secrets in the store, at {@code <name>/config/<timestamp>.json}: one for each content. What was written
 * last is remembered in the cache, by its hash; where that is gone, one copy more is written.
 */
final class Backups {
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final StoreAccess store;
    private final Ticker ticker;
    private final Path cache;
    private final Path marker;

    Backups(StoreAccess store, Ticker ticker, Path dataDir) {
        this.store = store;
        this.ticker = ticker;
        this.cache = dataDir.resolve("cache");
        this.marker = cache.resolve("config-backup");
    }

    Future<Void> keep(Configuration configuration) {
        byte[] document = Json.document(ConfigDocuments.withoutSecrets(configuration));
        String hash = sha256(document);
        if (hash.equals(remembered())) {
            return Future.succeededFuture();
        }
        String key = configuration.name() + "/config/" + TIMESTAMP.format(ticker.now()) + ".json";
        return store.write(key, document).onSuccess(v -> remember(hash));
    }

    private String remembered() {
        try {
            return Files.readString(marker, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private void remember(String hash) {
        try {
            Files.createDirectories(cache);
            Files.writeString(marker, hash, StandardCharsets.UTF_8);
        } catch (IOException e) {
            // Not worth a failure: the next call writes one copy more.
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
