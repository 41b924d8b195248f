/**
 * The way of requests to the application. Written on Vert.x's HTTP client and server themselves, since the proxy module drops trailers, early
 * hints and the headers of refused upgrades, passes on headers that {@code Connection} names, knows no time limits and relays WebSockets
 * without back-pressure.
 *
 * <p>{@link io.statemanager.proxy.ReverseProxy} decides whether a request may go, waits ({@link io.statemanager.proxy.Hold}) or is refused;
 * {@link io.statemanager.proxy.Forwarding} carries an ordinary exchange, {@link io.statemanager.proxy.UpgradeRelay} one that becomes a raw
 * connection. Everything is streamed, nothing is buffered whole.
 */
package io.statemanager.proxy;
