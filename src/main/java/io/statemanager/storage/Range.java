package io.statemanager.storage;

/** Which bytes of an object are asked for. */
public sealed interface Range permits Range.All, Range.Slice, Range.From, Range.Last {

    /** The whole object, also where it is empty. */
    record All() implements Range {}

    /** {@code length} bytes from {@code offset} on, or as many as there are. */
    record Slice(long offset, long length) implements Range {
        public Slice {
            if (offset < 0 || length <= 0 || offset + length < 0) {
                throw new IllegalArgumentException("range " + offset + "+" + length);
            }
        }
    }

    /** Everything from {@code offset} on. */
    record From(long offset) implements Range {
        public From {
            if (offset < 0) {
                throw new IllegalArgumentException("range from " + offset);
            }
        }
    }

    /** The last {@code length} bytes, or the whole object where it is shorter. */
    record Last(long length) implements Range {
        public Last {
            if (length <= 0) {
                throw new IllegalArgumentException("range of the last " + length);
            }
        }
    }

    static Range all() {
        return new All();
    }

    static Range of(long offset, long length) {
        return new Slice(offset, length);
    }

    static Range from(long offset) {
        return new From(offset);
    }

    static Range last(long length) {
        return new Last(length);
    }
}
