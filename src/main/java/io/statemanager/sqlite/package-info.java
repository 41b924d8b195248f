/**
 * SQLite databases on this machine's disk, used by replication, checkpoints and whoever copies or hashes files: which files are databases,
 * connections to them, the registry of descriptors that keeps SQLite's locks alive, and proof that nobody else has a database open.
 *
 * <p>The rule that costs data where it is broken: closing <em>any</em> descriptor of a database or of its {@code -shm} file drops all POSIX
 * locks of this process on it. {@link io.statemanager.sqlite.FileRegistry} is the only door to files that may be databases. Exactly one
 * native SQLite is loaded, the one of org.xerial; a second one would break the same rule.
 */
package io.statemanager.sqlite;
