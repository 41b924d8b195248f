package io.statemanager.supervision;

import io.statemanager.linux.Cgroup;
import io.statemanager.linux.Child;
import io.statemanager.linux.Launch;
import io.statemanager.linux.Spawner;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Turns a definition into a running process: environment, output, control group, spawner. Called on the supervision thread; what takes time
 * happens on the spawner's.
 */
final class Launcher {
    private final Instance instance;
    private final Optional<Cgroup> cgroup;
    private volatile Map<String, String> shared = Map.of();

    Launcher(Instance instance, Optional<Cgroup> cgroup) {
        this.instance = instance;
        this.cgroup = cgroup;
    }

    /** Sets what every process gets beside its own variables, from the next launch on. */
    void share(Map<String, String> variables) {
        shared = Map.copyOf(variables);
    }

    /** Starts a process, or fails with a {@link LaunchFailure} that says why in words. */
    CompletableFuture<ChildProcess> launch(ProcessSpec spec, OutputLog log) {
        Map<String, String> variables = ChildEnvironment.of(System.getenv(), shared, spec, instance);
        Optional<String> problem = CommandCheck.problem(spec, variables);
        if (problem.isPresent()) {
            return CompletableFuture.failedFuture(new LaunchFailure(problem.get(), null));
        }
        Optional<Cgroup> own = cgroup.flatMap(group -> group.child(spec.name()));
        try {
            OutputLog.Run output = log.open();
            Launch launch = new Launch(
                    spec.command(),
                    spec.directory(),
                    variables,
                    Optional.of(output.out().writingEnd()),
                    Optional.of(output.err().writingEnd()),
                    own);
            return Spawner.start(launch)
                    .whenComplete((child, failure) -> output.launched())
                    .handle((child, failure) -> outcome(spec, child, failure, output, own));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(new LaunchFailure(e.getMessage(), e));
        }
    }

    private static ChildProcess outcome(
            ProcessSpec spec, Child child, Throwable failure, OutputLog.Run output, Optional<Cgroup> own) {
        if (failure == null) {
            return new ChildProcess(spec.name(), child, output, own);
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        // Program and directory were there a moment ago, so it is setsid that is not.
        boolean notFound = String.valueOf(cause.getMessage()).contains("error=2,");
        String words = notFound ? "setsid is not installed (package util-linux)" : cause.getMessage();
        throw new LaunchFailure(words, cause);
    }

    /** Why a process could not be started. */
    static final class LaunchFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LaunchFailure(String words, Throwable cause) {
            super(words, cause);
        }
    }
}
