package io.statemanager.bus;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends and handles {@link Command}s on the event bus. A request always has a time limit; whatever a handler throws or fails with arrives at
 * the caller as a {@link CommandException}. A JSON body (from the bridge) is bound to the request record first and answered by an envelope.
 *
 * <p>One per Vert.x instance; safe for any thread. Handlers run on the context that registered them.
 */
public final class Bus {
    private static final Logger LOG = LoggerFactory.getLogger(Bus.class);
    private static final String PROGRESS = "progress";

    private final Vertx vertx;

    public Bus(Vertx vertx) {
        this.vertx = vertx;
        vertx.eventBus().registerCodec(new ReferenceCodec());
        vertx.eventBus().registerDefaultCodec(CommandFailure.class, new FailureCodec());
    }

    static DeliveryOptions byReference() {
        return new DeliveryOptions().setCodecName(ReferenceCodec.NAME).setLocalOnly(true);
    }

    /** Asks for a command and gives its reply or a failed future with a {@link CommandException}. */
    public <Q, R> Future<R> request(Command<Q, R> command, Q request) {
        return send(command, request, null);
    }

    /** The same as a part of another call, whose follower hears this one's progress too; {@code null} where nobody asked, as at a start. */
    public <Q, R> Future<R> request(Command<Q, R> command, Q request, Call within) {
        return send(command, request, within == null ? null : within.progressAddress());
    }

    /** The same with a listener for progress, called on the caller's context until the reply is there. */
    public <Q, R> Future<R> follow(Command<Q, R> command, Q request, Consumer<Progress> listener) {
        String address = "progress." + UUID.randomUUID();
        MessageConsumer<Progress> consumer = vertx.eventBus().localConsumer(address, m -> listener.accept(m.body()));
        return consumer.completion()
                .compose(v -> send(command, request, address))
                .eventually(consumer::unregister);
    }

    /** Registers the handler of a command; the consumer exists once the future is complete. */
    public <Q, R> Future<Void> handle(Command<Q, R> command, Function<Q, Future<R>> handler) {
        return handle(command, (request, call) -> handler.apply(request));
    }

    /** The same for a handler that reports progress. */
    public <Q, R> Future<Void> handle(Command<Q, R> command, BiFunction<Q, Call, Future<R>> handler) {
        return vertx.eventBus()
                .localConsumer(command.address(), (Message<Object> message) -> answer(command, handler, message))
                .completion();
    }

    private <Q, R> Future<R> send(Command<Q, R> command, Q request, String progressAddress) {
        DeliveryOptions options = byReference().setSendTimeout(command.timeout().toMillis());
        if (progressAddress != null) {
            options.addHeader(PROGRESS, progressAddress);
        }
        return vertx.eventBus()
                .request(command.address(), request, options)
                .transform(result -> received(command, result));
    }

    private static <R> Future<R> received(Command<?, R> command, AsyncResult<Message<Object>> result) {
        return result.succeeded()
                ? Future.succeededFuture(command.reply().cast(result.result().body()))
                : Future.failedFuture(failure(command, result.cause()));
    }

    private static CommandException failure(Command<?, ?> command, Throwable cause) {
        if (cause instanceof CommandFailure known) {
            return known.exception();
        }
        if (cause instanceof ReplyException reply) {
            return switch (reply.failureType()) {
                case NO_HANDLERS ->
                    CommandException.of(
                            FailureCode.UNAVAILABLE,
                            command.address() + " is not available (starting or stopping)",
                            cause);
                case TIMEOUT ->
                    CommandException.of(
                            FailureCode.TIMEOUT,
                            command.address() + " did not answer within "
                                    + command.timeout().toSeconds() + " s",
                            cause);
                default ->
                    CommandException.of(
                            FailureCode.INTERNAL, command.address() + " failed: " + reply.getMessage(), cause);
            };
        }
        return CommandException.from(cause);
    }

    private <Q, R> void answer(Command<Q, R> command, BiFunction<Q, Call, Future<R>> handler, Message<Object> message) {
        boolean outside = message.body() instanceof JsonObject;
        Future<R> reply;
        try {
            Q request = outside
                    ? Json.bind((JsonObject) message.body(), command.request())
                    : command.request().cast(message.body());
            Call call = new Call(vertx.eventBus(), message.headers().get(PROGRESS));
            reply = handler.apply(request, call);
        } catch (RuntimeException e) {
            reply = Future.failedFuture(e);
        }
        reply.onComplete(result -> {
            if (result.succeeded()) {
                message.reply(
                        outside ? Envelope.of(result.result()) : result.result(),
                        outside ? new DeliveryOptions() : byReference());
            } else {
                CommandException failure = CommandException.from(result.cause());
                logInternal(command, failure);
                if (outside) {
                    message.reply(Envelope.of(failure));
                } else {
                    message.reply(new CommandFailure(failure));
                }
            }
        });
    }

    private static void logInternal(Command<?, ?> command, CommandException failure) {
        if (failure.code() == FailureCode.INTERNAL) {
            LOG.atError()
                    .setCause(failure)
                    .addKeyValue("command", command.address())
                    .log("A command failed unexpectedly");
        }
    }
}
