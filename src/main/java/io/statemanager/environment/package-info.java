/**
 * Whose state is it: the environment's life from the start of the program to its end.
 *
 * <p>{@link io.statemanager.environment.Takeover} goes from nothing to an owned and settled environment, {@link
 * io.statemanager.environment.Restoration} brings it back to a checkpoint, {@link io.statemanager.environment.Departure} gives it back. What
 * is decided on the way is in {@link io.statemanager.environment.Newest} and {@link io.statemanager.environment.StateRules}, which are pure.
 * What must survive a crash is in {@code state.json} ({@link io.statemanager.environment.StateFile}) and in {@code journal/}.
 *
 * <p>Everything else is done by other verticles, asked by commands only. Names and steps follow the ownership chapter of the documentation.
 */
package io.statemanager.environment;
