package io.statemanager.supervision;

import io.statemanager.linux.Child;
import io.statemanager.linux.Launch;
import io.statemanager.linux.Spawner;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Turns a definition into a running process: environment, output, control group, spawner. Called on the supervision thread; what looks at files
 * happens on the files thread, the launch itself on the spawner's.
 */
final class Launcher {
    private final Instance instance;
    private final Cgroups cgroups;
    private final Executor files;
    private final Consumer<ChildProcess> record;
    private Map<String, String> shared = Map.of();

    /** @param record notes, on the files thread, who was started, before it counts as launched */
    Launcher(Instance instance, Cgroups cgroups, Executor files, Consumer<ChildProcess> record) {
        this.instance = instance;
        this.cgroups = cgroups;
        this.files = files;
        this.record = record;
    }

    /** Sets what every process gets beside its own variables, from the next launch on. */
    void share(Map<String, String> variables) {
        shared = Map.copyOf(variables);
    }

    /** Starts a process, or fails with a {@link LaunchFailure} that says why in words. */
    CompletableFuture<ChildProcess> launch(ProcessSpec spec, OutputLog log) {
        Map<String, String> variables = ChildEnvironment.of(System.getenv(), shared, spec, instance);
        return CompletableFuture.supplyAsync(() -> prepare(spec, log, variables), files)
                .thenCompose(prepared -> Spawner.start(prepared.launch)
                        .whenComplete((child, failure) -> prepared.output.launched())
                        .handle((child, failure) -> outcome(spec, child, failure, prepared)))
                .thenApplyAsync(
                        child -> {
                            record.accept(child);
                            return child;
                        },
                        files);
    }

    private record Prepared(Launch launch, OutputLog.Run output) {}

    private Prepared prepare(ProcessSpec spec, OutputLog log, Map<String, String> variables) {
        CommandCheck.problem(spec, variables).ifPresent(problem -> {
            throw new LaunchFailure(problem, null);
        });
        try {
            OutputLog.Run output = log.open();
            Launch launch = new Launch(
                    spec.command(),
                    spec.directory(),
                    variables,
                    Optional.of(output.out().writingEnd()),
                    Optional.of(output.err().writingEnd()),
                    cgroups.of(spec.name()));
            return new Prepared(launch, output);
        } catch (IOException e) {
            throw new LaunchFailure(e.getMessage(), e);
        }
    }

    private static ChildProcess outcome(ProcessSpec spec, Child child, Throwable failure, Prepared prepared) {
        if (failure == null) {
            return new ChildProcess(spec.name(), child, prepared.output, prepared.launch.cgroup());
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
