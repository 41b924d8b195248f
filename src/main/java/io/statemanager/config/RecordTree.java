package io.statemanager.config;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Settings as the tree that a document has: maps by member name, with texts, numbers, lists and {@link Secret}s as leaves. Names follow from
 * the record components, so a new setting is in every document, comparison and table without another line.
 */
final class RecordTree {
    private RecordTree() {}

    /** The tree of a record; what is null is left out. */
    static Map<String, Object> of(Record settings) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            Object value = read(settings, component);
            if (value != null) {
                tree.put(
                        member(component),
                        component.getName().endsWith("Bytes") ? SizeText.of((Long) value) : leaf(value));
            }
        }
        return tree;
    }

    /** The name that a component has in a document: {@code maxWalBytes} is {@code max_wal}. */
    static String member(RecordComponent component) {
        return component
                .getName()
                .replaceFirst("Bytes$", "")
                .replaceAll("([A-Z])", "_$1")
                .toLowerCase(Locale.ROOT);
    }

    /** The paths at which two trees differ, in alphabetical order; a path ends where one side has no map. */
    static Set<String> differences(Map<String, Object> a, Map<String, Object> b) {
        Set<String> paths = new TreeSet<>();
        differences("", a, b, paths);
        return paths;
    }

    private static void differences(String path, Object a, Object b, Set<String> paths) {
        if (a instanceof Map<?, ?> left && b instanceof Map<?, ?> right) {
            Set<Object> members = new java.util.HashSet<>(left.keySet());
            members.addAll(right.keySet());
            members.forEach(member -> differences(
                    path.isEmpty() ? member.toString() : path + "." + member,
                    left.get(member),
                    right.get(member),
                    paths));
        } else if (a == null ? b != null : !a.equals(b)) {
            paths.add(path);
        }
    }

    private static Object leaf(Object value) {
        if (value instanceof Record settings) {
            return of(settings);
        }
        if (value instanceof Map<?, ?> entries) {
            Map<String, Object> tree = new LinkedHashMap<>();
            entries.forEach((name, entry) -> tree.put((String) name, leaf(entry)));
            return tree;
        }
        if (value instanceof Collection<?> elements) {
            return elements.stream().map(RecordTree::leaf).toList();
        }
        if (value instanceof Duration duration) {
            return DurationText.of(duration);
        }
        if (value instanceof Enum<?> constant) {
            return Choice.text(constant);
        }
        return value instanceof Path path ? path.toString() : value;
    }

    private static Object read(Record settings, RecordComponent component) {
        try {
            return component.getAccessor().invoke(settings);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the settings record has no accessor for " + component.getName(), e);
        }
    }
}
