/**
 * Makes a directory tree equal to a stored one by touching only what differs. A stored tree is input from outside: it is checked as
 * a whole before anything is touched. Blocking code without any wiring.
 */
package io.statemanager.checkpoint.restore;
