/**
 * The lowest shared room: time, failpoints and version, used by every other room and using none of ours. Nothing here knows Vert.x.
 */
package io.statemanager.runtime;
