package io.statemanager.restic;

import java.util.Arrays;

/**
 * One extended attribute.
 *
 * @param name with its namespace, {@code user.x}
 * @param value any bytes, null where restic has none
 */
@SuppressWarnings("ArrayRecordComponent") // Equality is told below.
public record ExtendedAttribute(String name, byte[] value) {

    @Override
    public boolean equals(Object other) {
        return other instanceof ExtendedAttribute that && name.equals(that.name) && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return name + (value == null ? "" : "(" + value.length + " bytes)");
    }
}
