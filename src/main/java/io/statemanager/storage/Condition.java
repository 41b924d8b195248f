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
     * <p>ETags are made of the content on most stores: who writes the same bytes again leaves the same ETag, and the condition of a
     * third writer still holds. So what is compared and swapped contains something that changes with each write, as the lease does.
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
