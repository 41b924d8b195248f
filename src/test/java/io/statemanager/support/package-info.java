/**
 * What tests of several rooms share: the official tools that judge us.
 */
package io.statemanager.support;
