package io.statemanager.storage;

/**
 * In what a store differs from S3 without harm: found out by {@link StoreProbe} and worked around from then on.
 *
 * @param quotedEtags whether {@code If-Match} takes the ETag in quotes, as HTTP has it; some old servers compare it without
 * @param conditionalMultipart whether a condition is honoured where a multipart upload completes; where not, conditional writes go up
 *     in one request
 * @param batchDelete whether many objects are deleted in one request
 */
public record StoreQuirks(boolean quotedEtags, boolean conditionalMultipart, boolean batchDelete) {

    /** A store that does all as S3 does. */
    public static final StoreQuirks NONE = new StoreQuirks(true, true, true);

    public StoreQuirks withQuotedEtags(boolean quoted) {
        return new StoreQuirks(quoted, conditionalMultipart, batchDelete);
    }

    public StoreQuirks withConditionalMultipart(boolean honoured) {
        return new StoreQuirks(quotedEtags, honoured, batchDelete);
    }

    public StoreQuirks withBatchDelete(boolean offered) {
        return new StoreQuirks(quotedEtags, conditionalMultipart, offered);
    }
}
