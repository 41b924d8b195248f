package io.statemanager.storage;

/** Under which condition a write may happen; where it does not hold, nothing is written and the answer is {@code precondition_failed}. */
public sealed interface Condition permits Condition.None, Condition.CreateOnly, Condition.IfMatch {

    /** Always. */
    record None() implements Condition {}

    /** Only where no object has the key yet. */
    record CreateOnly() implements Condition {}

    /**
     * Only where the object there still has this ETag.
     *
     * @param etag as a result of this store gave it: opaque, without quotes
     */
    record IfMatch(String etag) implements Condition {
        public IfMatch {
            if (etag.isEmpty() || etag.indexOf('"') >= 0) {
                throw new IllegalArgumentException("not an ETag: " + etag);
            }
        }
    }

    static Condition none() {
        return new None();
    }

    static Condition createOnly() {
        return new CreateOnly();
    }

    static Condition ifMatch(String etag) {
        return new IfMatch(etag);
    }

    /** Whether repeating the write can fail on its own first effect. */
    default boolean isConditional() {
        return !(this instanceof None);
    }
}
