package io.statemanager.storage;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Walks through all pages of a listing; one page is asked for at a time. */
public final class Listing {
    private static final int PAGE = 1000;

    private Listing() {}

    /** Hands every object below a prefix to {@code each}, in key order, on the caller's context. */
    public static Future<Void> each(ObjectStore store, String prefix, Consumer<ObjectInfo> each) {
        return eachAfter(store, prefix, "", each);
    }

    /** Likewise, only keys strictly behind {@code startAfter}. */
    public static Future<Void> eachAfter(
            ObjectStore store, String prefix, String startAfter, Consumer<ObjectInfo> each) {
        return store.list(prefix, startAfter, PAGE).compose(page -> {
            page.objects().forEach(each);
            return page.next().isPresent()
                    ? eachAfter(store, prefix, page.next().get(), each)
                    : Future.succeededFuture();
        });
    }

    /** All objects below a prefix, for places where they are known to be few. */
    public static Future<List<ObjectInfo>> all(ObjectStore store, String prefix) {
        List<ObjectInfo> found = new ArrayList<>();
        return each(store, prefix, found::add).map(found);
    }

    /**
     * The names of the folders directly below a prefix ({@code ""} or one that ends in {@code /}), without their slash. One small
     * request for each folder, however much is in it.
     */
    public static Future<List<String>> folders(ObjectStore store, String prefix) {
        List<String> found = new ArrayList<>();
        return nextFolder(store, prefix, "", found).map(found);
    }

    private static Future<Void> nextFolder(ObjectStore store, String prefix, String startAfter, List<String> found) {
        return store.list(prefix, startAfter, 1).compose(page -> {
            Optional<ObjectInfo> first = page.objects().stream().findFirst();
            if (first.isEmpty()) {
                return page.next().isPresent()
                        ? nextFolder(store, prefix, page.next().get(), found)
                        : Future.succeededFuture();
            }
            String key = first.get().key();
            int slash = key.indexOf('/', prefix.length());
            if (slash < 0) {
                return nextFolder(store, prefix, key, found);
            }
            found.add(key.substring(prefix.length(), slash));
            // '0' follows '/', so everything inside the folder sorts before this; what it may skip beside that is one
            // object of
            // exactly this name, which is no folder.
            return nextFolder(store, prefix, key.substring(0, slash) + "0", found);
        });
    }
}
