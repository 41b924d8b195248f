/**
 * Looks at a directory tree and compares it with what was known: every entry's type, owner, times and inode, in records of about a
 * hundred bytes a file, kept from one checkpoint to the next. Blocking code without any wiring.
 */
package io.statemanager.checkpoint.scan;
