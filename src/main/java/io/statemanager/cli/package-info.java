/**
 * The command line: {@code run}, which makes {@link io.statemanager.runtime.RunOptions} and hands them on, and the client commands, which talk
 * HTTP to a running manager through {@code control.sock} or a URL. A client command starts no Vert.x and loads few classes.
 */
package io.statemanager.cli;
