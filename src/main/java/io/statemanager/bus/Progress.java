package io.statemanager.bus;

import java.time.Instant;

/**
 * One line of a followed operation.
 *
 * @param type {@code info} or {@code progress} (the doors add {@code complete} and {@code error})
 * @param time when
 * @param data a sentence for a person
 * @param done how much is done, in the unit that the sentence names; null for an {@code info}
 * @param total how much there is in all; null where that is not known
 */
public record Progress(String type, Instant time, String data, Long done, Long total) {}
