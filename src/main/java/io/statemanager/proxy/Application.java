package io.statemanager.proxy;

import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What the proxy has to know of the application; asked for each request on the server's context, so answered from memory.
 *
 * @param mayServe whether we are the owner at this moment: the lease's deadline has not come
 * @param availability whether it is up
 * @param isControlToken whether an {@code Authorization} header is ours, which the application must never see
 */
public record Application(
        BooleanSupplier mayServe, Supplier<Availability> availability, Predicate<String> isControlToken) {}
