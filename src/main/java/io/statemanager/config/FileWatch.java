package io.statemanager.config;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Fault;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Watches the configuration file while developing, by Vert.x Config. Each version of its text is validated where the retriever processes it;
 * one that is not valid, or a file that is gone, leaves the retriever with the last good text, so that nothing is seen to change, and is
 * reported once. Confined to the worker context that starts it.
 */
final class FileWatch {
    private static final String TEXT = "text";
    private static final String GONE = "";

    private final Path file;
    private final Path dataDir;
    private final Reloader reloader;
    private final ConfigRetriever retriever;
    private JsonObject good = new JsonObject();
    private Configuration configuration;
    private String rejected;

    FileWatch(Vertx vertx, Path file, Path dataDir, Duration period, Reloader reloader) {
        this.file = file;
        this.dataDir = dataDir;
        this.reloader = reloader;
        JsonObject store = new JsonObject()
                .put("path", file.toAbsolutePath().toString())
                .put("raw.type", "string")
                .put("raw.key", TEXT);
        this.retriever = ConfigRetriever.create(
                vertx,
                new ConfigRetrieverOptions()
                        .setScanPeriod(period.toMillis())
                        .addStore(new ConfigStoreOptions()
                                .setType("file")
                                .setFormat("raw")
                                .setOptional(true)
                                .setConfig(store)));
    }

    /** Begins to watch; the version that is there now is the first one that counts. */
    Future<Void> start() {
        retriever.setConfigurationProcessor(this::validated);
        retriever.listen(change -> reloader.accept(configuration));
        return retriever
                .getConfig()
                .onSuccess(first -> {
                    if (configuration != null) {
                        reloader.accept(configuration);
                    }
                })
                .mapEmpty();
    }

    Future<Void> stop() {
        return retriever.close();
    }

    private JsonObject validated(JsonObject read) {
        String text = read.getString(TEXT, GONE);
        if (text.equals(good.getString(TEXT)) || text.equals(rejected)) {
            // The good text again ends a rejection: the next bad one is news, whatever it is.
            rejected = text.equals(rejected) ? rejected : null;
            return good;
        }
        try {
            configuration = parse(text);
            good = read;
            rejected = null;
        } catch (CommandException failure) {
            rejected = text;
            reloader.reject(failure);
        }
        return good;
    }

    private Configuration parse(String text) {
        if (text.equals(GONE)) {
            throw CommandException.invalid(
                    FailureCode.INVALID_CONFIGURATION, List.of(new Fault("", file + " is empty or cannot be read")));
        }
        return ConfigSources.parse(text.getBytes(StandardCharsets.UTF_8), dataDir);
    }
}
