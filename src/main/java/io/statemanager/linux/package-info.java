/**
 * The native calls that Java has no word for, behind small interfaces: processes, signals and groups; and what a file carries
 * beyond {@code java.nio.file}. Pure: nothing of ours, no Vert.x, no logging, no threads of its own. Linux on 64 bits only; every
 * call is synchronous and returns its error as {@link io.statemanager.linux.ErrnoException}, never through a global.
 */
package io.statemanager.linux;
