package io.statemanager.restic;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in byte arrays. */
final class Bytes {

    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Bytes() {}

    static long getLong(byte[] bytes, int offset) {
        return (long) LONG_BE.get(bytes, offset);
    }

    static void putLong(byte[] bytes, int offset, long value) {
        LONG_BE.set(bytes, offset, value);
    }

    static long getLongLittle(byte[] bytes, int offset) {
        return (long) LONG_LE.get(bytes, offset);
    }

    static void putLongLittle(byte[] bytes, int offset, long value) {
        LONG_LE.set(bytes, offset, value);
    }

    static int getIntLittle(byte[] bytes, int offset) {
        return (int) INT_LE.get(bytes, offset);
    }

    static void putIntLittle(byte[] bytes, int offset, int value) {
        INT_LE.set(bytes, offset, value);
    }
}
