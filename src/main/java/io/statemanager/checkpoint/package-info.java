/**
 * Checkpoints: making, keeping, verifying and applying them. The steps are plain classes in the rooms below: {@code scan} looks at a tree and remembers what it saw, {@code save} stores
 * it in the repository, {@code restore} makes a tree equal to a stored one, {@code commit} keeps the documents that make a
 * checkpoint exist. Names of files are raw everywhere ({@link io.statemanager.linux.RawName}).
 */
package io.statemanager.checkpoint;
