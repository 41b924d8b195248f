package io.statemanager.environment;

import io.statemanager.storage.Listing;
import io.statemanager.storage.ObjectInfo;
import io.statemanager.storage.ObjectStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What former owners left where the lease object itself is gone: the highest generation that any replica file names. Commits name none that
 * has no base, since the base is written before them; a claim may, since it is written before the base.
 */
final class Traces {
    private static final Pattern FILE = Pattern.compile("(.+)/[0-9a-f]{4}/[0-9a-f]{16}-([0-9a-f]{16})\\.ltx");
    private static final String GENERATION = "generation";

    private final ObjectStore store;
    private final String prefix;

    Traces(ObjectStore store, String environment) {
        this.store = store;
        this.prefix = environment + "/db/";
    }

    /** 0 where there are none. */
    Future<Long> highestGeneration() {
        Map<String, Newest> newest = new HashMap<>();
        return Listing.each(store, prefix, object -> note(object, newest)).compose(done -> {
            List<Future<Long>> generations = new ArrayList<>();
            newest.values()
                    .forEach(file -> generations.add(store.head(file.key()).map(Traces::generation)));
            return Future.all(generations)
                    .map(all ->
                            generations.stream().mapToLong(Future::result).max().orElse(0));
        });
    }

    private record Newest(String key, long txid) {}

    private static void note(ObjectInfo object, Map<String, Newest> newest) {
        Matcher file = FILE.matcher(object.key());
        if (file.matches()) {
            Newest found = new Newest(object.key(), Long.parseUnsignedLong(file.group(2), 16));
            newest.merge(file.group(1), found, (a, b) -> a.txid() >= b.txid() ? a : b);
        }
    }

    /** A file that Litestream wrote names none. */
    private static long generation(Optional<ObjectInfo> object) {
        String text = object.map(info -> info.metadata().get(GENERATION)).orElse(null);
        return text != null && text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }
}
