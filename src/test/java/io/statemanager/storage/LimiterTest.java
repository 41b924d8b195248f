package io.statemanager.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimiterTest {
    private final Limiter limiter = new Limiter(2, 3);
    private final List<Promise<Integer>> running = new ArrayList<>();

    private Future<Integer> run() {
        return limiter.run(
                () -> {
                    Promise<Integer> task = Promise.promise();
                    running.add(task);
                    return task.future();
                },
                () -> new IllegalStateException("too many"));
    }

    @Test
    void letsOnlySoManyRunAndTheOthersWaitInOrder() {
        Future<Integer> first = run();
        run();
        Future<Integer> third = run();
        run();
        assertThat(running).hasSize(2);

        running.get(0).complete(1);

        assertThat(first.result()).isEqualTo(1);
        assertThat(running).hasSize(3);
        running.get(2).complete(3);
        assertThat(third.result()).isEqualTo(3);
        assertThat(running).hasSize(4);
    }

    @Test
    void refusesWhenTooManyWait() {
        for (int i = 0; i < 5; i++) {
            assertThat(run().isComplete()).isFalse();
        }

        assertThat(run().cause()).hasMessage("too many");
        running.get(0).complete(0);
        assertThat(run().isComplete()).isFalse();
    }

    @Test
    void aFailedTaskMakesRoomLikeAnyOther() {
        run();
        run();
        Future<Integer> waiting = run();

        running.get(0).fail("failed");
        running.get(1).fail("failed");
        Future<Integer> thrown = limiter.run(
                () -> {
                    throw new IllegalArgumentException("at once");
                },
                () -> new IllegalStateException("too many"));

        assertThat(thrown.cause()).hasMessage("at once");
        running.get(2).complete(3);
        assertThat(waiting.result()).isEqualTo(3);
        assertThat(run().isComplete()).isFalse();
        assertThat(running).hasSize(4);
    }
}
