package io.statemanager.supervision;

import io.statemanager.linux.Cgroup;
import io.statemanager.linux.OutputPump;
import io.statemanager.linux.ProcessTable;
import io.statemanager.linux.Processes;
import io.statemanager.linux.Reaper;
import io.statemanager.runtime.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What a supervisor works with: its thread, the machine that starts processes, the pump and the files for their output, the record of who was
 * started, and the control group where there is one. Owns them all.
 */
final class Workshop implements AutoCloseable {
    private final Setup settings;
    private final Control control = new Control();
    private final ProcessRecord record;
    private final Instance instance;
    private final Optional<Cgroup> cgroup;
    private final Launcher launcher;
    private final OutputPump pump;
    private final OutputLog.Outputs outputs;

    private Workshop(Setup settings) throws IOException {
        this.settings = settings;
        record = ProcessRecord.open(settings.dataDir());
        instance = Instance.of(settings.dataDir(), record.instance());
        cgroup = settings.useCgroup() ? Cgroup.make("state-manager-" + instance.directory()) : Optional.empty();
        launcher = new Launcher(instance, cgroup);
        pump = OutputPump.start();
        outputs = new OutputLog.Outputs(
                new Console(settings.stdout(), "stdout"), new Console(settings.stderr(), "stderr"));
    }

    static Workshop open(Setup settings) throws IOException {
        if (!Processes.isInit()) {
            Processes.becomeSubreaper();
        }
        Reaper.start();
        return new Workshop(settings);
    }

    Control control() {
        return control;
    }

    Ticker ticker() {
        return settings.ticker();
    }

    Launcher launcher() {
        return launcher;
    }

    ProcessRecord record() {
        return record;
    }

    Optional<Cgroup> cgroup() {
        return cgroup;
    }

    /** The output of a process, kept in {@code <data-dir>/logs/<name>.log}. */
    OutputLog log(String name) {
        return new OutputLog(name, pump, Optional.of(settings.dataDir().resolve("logs")), settings.logLimit(), outputs);
    }

    /** Output that is kept in memory only. */
    OutputLog passingLog(String name) {
        return new OutputLog(name, pump, Optional.empty(), 0, outputs);
    }

    Lineage look(Roster roster) throws IOException {
        return new Lineage(ProcessTable.read(), roster.leaders(), roster.cgrouped(), instance);
    }

    CompletableFuture<FormerProcesses.Report> endFormer() {
        CompletableFuture<FormerProcesses.Report> done = new CompletableFuture<>();
        FormerProcesses former = new FormerProcesses(instance, record.former(), cgroup);
        Thread thread = new Thread(
                () -> {
                    try {
                        FormerProcesses.Report report = former.end();
                        control.execute(() -> forget(report, done));
                    } catch (IOException | RuntimeException e) {
                        done.completeExceptionally(e);
                    }
                },
                "supervision-former");
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private void forget(FormerProcesses.Report report, CompletableFuture<FormerProcesses.Report> done) {
        try {
            record.forgetFormer();
            done.complete(report);
        } catch (IOException e) {
            done.completeExceptionally(new UncheckedIOException(e));
        }
    }

    @Override
    public void close() {
        control.close();
        pump.close();
        outputs.stdout().close();
        outputs.stderr().close();
        cgroup.ifPresent(Cgroup::remove);
    }
}
