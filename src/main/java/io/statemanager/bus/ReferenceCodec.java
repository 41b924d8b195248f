package io.statemanager.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/**
 * Hands a body over by reference, inside this JVM only. What is sent so must be immutable, or given away by the sender: a buffer that was sent
 * belongs to the receiver.
 */
final class ReferenceCodec implements MessageCodec<Object, Object> {
    static final String NAME = "reference";

    @Override
    public void encodeToWire(Buffer buffer, Object body) {
        throw new UnsupportedOperationException("a reference does not leave this JVM");
    }

    @Override
    public Object decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException("a reference does not come from outside this JVM");
    }

    @Override
    public Object transform(Object body) {
        return body;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
