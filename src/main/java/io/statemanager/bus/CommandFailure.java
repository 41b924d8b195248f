package io.statemanager.bus;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/**
 * A {@link CommandException} on its way over the event bus: the reply failure's number is the status, its message the code, as any Vert.x
 * caller sees it; a caller through {@link Bus} gets the exception itself back.
 */
final class CommandFailure extends ReplyException {
    private static final long serialVersionUID = 1L;

    private final CommandException exception;

    CommandFailure(CommandException exception) {
        super(
                ReplyFailure.RECIPIENT_FAILURE,
                exception.code().status(),
                exception.code().text());
        this.exception = exception;
    }

    CommandException exception() {
        return exception;
    }
}
