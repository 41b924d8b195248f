package io.statemanager.storage;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;

/** Views of Vert.x buffers for everything that takes {@link ByteBuffer}s; nothing is copied. */
public final class Buffers {
    private Buffers() {}

    /** The buffer's bytes, as long as nobody writes to it. */
    public static ByteBuffer view(Buffer buffer) {
        return ((BufferInternal) buffer).getByteBuf().nioBuffer().asReadOnlyBuffer();
    }
}
