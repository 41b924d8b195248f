package io.statemanager.supervision;

import java.util.concurrent.CompletableFuture;

/**
 * What others wait for in the life of a process: its next launch, the end of a launch that is under way, the end of the present run. Confined to
 * the supervision thread, on which the futures complete.
 */
final class Milestones {
    static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private CompletableFuture<Void> launched = new CompletableFuture<>();
    private CompletableFuture<Void> settled = DONE;
    private CompletableFuture<Void> gone = DONE;

    /** Of the launch that is under way or comes next: complete when it worked, failed when it did not or will not be. */
    CompletableFuture<Void> launched() {
        return launched;
    }

    /** Complete when no launch is under way. */
    CompletableFuture<Void> settled() {
        return settled;
    }

    /** Complete when nobody of the present run is left. */
    CompletableFuture<Void> gone() {
        return gone;
    }

    /** There is to be a launch, if none is awaited already. */
    void awaitLaunch() {
        if (launched.isDone()) {
            launched = new CompletableFuture<>();
        }
    }

    /** There is to be none. */
    void dropLaunch(String why) {
        launched.completeExceptionally(new Launcher.LaunchFailure(why, null));
    }

    void launching() {
        settled = new CompletableFuture<>();
        gone = new CompletableFuture<>();
    }

    void worked() {
        launched.complete(null);
    }

    void failed(Throwable cause) {
        launched.completeExceptionally(cause);
        gone.complete(null);
    }

    void settle() {
        settled.complete(null);
    }
}
