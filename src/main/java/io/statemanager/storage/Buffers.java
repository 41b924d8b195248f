package io.statemanager.storage;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;

/** Between Vert.x buffers and what everything else takes, without copying where that can be. */
public final class Buffers {
    private Buffers() {}

    /** The buffer's bytes, as long as nobody writes to it. */
    public static ByteBuffer view(Buffer buffer) {
        return ((BufferInternal) buffer).getByteBuf().nioBuffer().asReadOnlyBuffer();
    }

    /** A buffer over the bytes between position and limit, which nobody changes as long as it is used. */
    public static Buffer wrap(ByteBuffer bytes) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
    }

    /** The buffer's bytes, which are the caller's from here on: the very array behind the buffer where it is just that. */
    public static byte[] bytes(Buffer buffer) {
        ByteBuf inside = ((BufferInternal) buffer).getByteBuf();
        boolean whole = inside.hasArray() && inside.array().length == buffer.length();
        return whole ? inside.array() : buffer.getBytes();
    }
}
