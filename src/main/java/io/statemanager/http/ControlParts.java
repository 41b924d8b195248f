package io.statemanager.http;

import io.statemanager.bus.Bus;
import io.statemanager.bus.Events;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the control interface works with.
 *
 * @param conflict the sentence of a configuration conflict, which every control request but health then answers; called for each request, so
 *     it must not block
 */
public record ControlParts(Bus bus, Events events, Token token, Metrics metrics, Supplier<Optional<String>> conflict) {}
