package io.statemanager.restic;

/**
 * One extended attribute.
 *
 * @param name with its namespace, {@code user.x}
 * @param value any bytes, null where restic has none
 */
public record ExtendedAttribute(String name, byte[] value) {}
