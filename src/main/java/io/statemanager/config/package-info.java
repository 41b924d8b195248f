/**
 * The settings: what a user writes, as records that validate themselves, and where it comes from.
 *
 * <p>{@link io.statemanager.config.Configuration#read} turns a JSON document into one immutable tree of records with every default in it, or
 * fails with every fault of the document, each at its exact path. The records' constructors hold the rules, so that nobody checks again
 * later. {@link io.statemanager.config.Defaults} has all defaults.
 */
package io.statemanager.config;
