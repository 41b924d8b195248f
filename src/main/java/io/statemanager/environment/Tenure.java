package io.statemanager.environment;

import io.statemanager.bus.Owned;

/**
 * An environment that is owned and settled.
 *
 * @param owned what the features know of it
 * @param environmentId of the lease
 * @param how {@code new}, {@code kept}, {@code restored} or {@code adopted}
 * @param restored the checkpoint that the files came from, null unless restored from one
 */
record Tenure(Terms terms, Owned owned, String environmentId, String how, String restored) {}
