package io.statemanager.linux;

import com.sun.jna.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Direct memory for one thread's native calls: made once, reused by each call, so a call allocates nothing outside the heap. What
 * a call leaves in it holds only until the thread's next call.
 */
final class Scratch {
    static final int BYTES = 256 * 1024;

    private static final ThreadLocal<Scratch> OWN = ThreadLocal.withInitial(Scratch::new);

    final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES).order(ByteOrder.nativeOrder());
    final long address = com.sun.jna.Pointer.nativeValue(Native.getDirectBufferPointer(buffer));

    private Scratch() {}

    static Scratch own() {
        return OWN.get();
    }

    byte[] copy(int length) {
        byte[] bytes = new byte[length];
        buffer.get(0, bytes, 0, length);
        return bytes;
    }
}
