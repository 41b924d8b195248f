package io.statemanager.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Carries a {@link CommandFailure} by reference; it never leaves this JVM. */
final class FailureCodec implements MessageCodec<CommandFailure, CommandFailure> {

    @Override
    public void encodeToWire(Buffer buffer, CommandFailure failure) {
        throw new UnsupportedOperationException("a failure does not leave this JVM as an object");
    }

    @Override
    public CommandFailure decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException("a failure does not come from outside as an object");
    }

    @Override
    public CommandFailure transform(CommandFailure failure) {
        return failure;
    }

    @Override
    public String name() {
        return "command-failure";
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
