package io.statemanager.restic;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** Reads a directory entry by entry, in ascending order of names. The tree was verified as a whole before the first entry is given. Confined to one thread. */
public final class TreeReader implements Closeable {

    private final String object;
    private final JsonReader json;
    private RawString last = RawString.EMPTY;
    private boolean ended;

    /** @param in the tree's verified plaintext */
    TreeReader(Id tree, InputStream in) throws IOException {
        object = new BlobHandle(BlobType.TREE, tree).toString();
        json = new JsonReader(in, object);
        begin();
    }

    /** Members other than {@code nodes} are passed over, wherever they stand. */
    private void begin() throws IOException {
        json.beginObject();
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            if (field.equals("nodes")) {
                if (!json.beginArray()) {
                    end();
                }
                return;
            }
            json.skip();
        }
        throw new CorruptObject(object, "it has no entries' list");
    }

    /**
     * The next entry, or null behind the last.
     *
     * @throws CorruptObject where the tree is not what restic writes: names out of order, twice, empty, with a slash, or {@code .} and {@code ..}
     */
    public Node next() throws IOException {
        if (ended) {
            return null;
        }
        if (!json.nextObject()) {
            end();
            return null;
        }
        Node node = new NodeReader(json, object).read();
        if (node.name().compareTo(last) <= 0) {
            throw new CorruptObject(object, "its entries are not in order: " + node.name() + " after " + last);
        }
        last = node.name();
        return node;
    }

    private void end() throws IOException {
        ended = true;
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            json.skip();
        }
        json.end();
    }

    /** Frees what the reader holds; the tree is in memory, so nothing can fail. */
    @Override
    public void close() throws IOException {
        json.close();
    }
}
