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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a supervisor works with: its threads, the machine that starts processes, the pump and the files for their output, the record of who was
 * started, and the control group where there is one. Owns them all.
 *
 * <p>The supervision thread itself touches no file of a disk: one that hangs must not keep it from a freeze. What has to, happens on the thread
 * {@code supervision-files}, in order.
 */
final class Workshop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workshop.class);

    private final Setup settings;
    private final Control control = new Control();
    private final ExecutorService files = Executors.newSingleThreadExecutor(work -> daemon(work, "supervision-files"));
    private final ProcessRecord record;
    private final Instance instance;
    private final Tags tags;
    private final Cgroups cgroups;
    private final Launcher launcher;
    private final OutputPump pump;
    private final OutputLog.Outputs outputs;

    private Workshop(Setup settings) throws IOException {
        this.settings = settings;
        record = ProcessRecord.open(settings.dataDir());
        instance = Instance.of(settings.dataDir(), record.instance());
        cgroups = new Cgroups(settings.useCgroup(), instance);
        tags = new Tags(instance);
        launcher = new Launcher(instance, cgroups, files, this::started);
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

    Cgroups cgroups() {
        return cgroups;
    }

    /** The output of a process, kept in {@code <data-dir>/logs/<name>.log}. */
    OutputLog log(String name) {
        return new OutputLog(
                name,
                pump,
                Optional.of(settings.dataDir().resolve("logs")),
                settings.logLimit(),
                outputs,
                settings.logFormat());
    }

    /** Output that is kept in memory only. */
    OutputLog passingLog(String name) {
        return new OutputLog(name, pump, Optional.empty(), 0, outputs, settings.logFormat());
    }

    Lineage look(Roster roster) throws IOException {
        return new Lineage(ProcessTable.read(), roster.leaders(), roster.cgrouped(), tags);
    }

    private void started(ChildProcess child) {
        note(() -> record.started(child.name(), child.pid()));
    }

    /** Notes that nobody of a run is left. */
    void gone(ChildProcess child) {
        files.execute(() -> {
            child.cgroup().ifPresent(Cgroup::remove);
            note(() -> record.gone(child.pid()));
        });
    }

    CompletableFuture<FormerProcesses.Report> endFormer() {
        CompletableFuture<FormerProcesses.Report> done = new CompletableFuture<>();
        FormerProcesses former = new FormerProcesses(instance, record.former(), cgroups.former());
        daemon(
                        () -> {
                            try {
                                FormerProcesses.Report report = former.end();
                                CompletableFuture.runAsync(this::forgetFormer, files)
                                        .join();
                                tell(report);
                                done.complete(report);
                            } catch (IOException | RuntimeException e) {
                                done.completeExceptionally(e);
                            }
                        },
                        "supervision-former")
                .start();
        return done;
    }

    private static void tell(FormerProcesses.Report report) {
        if (!report.ended().isEmpty()) {
            LOG.atInfo().addKeyValue("pids", report.ended()).log("Processes of a former run were ended");
        }
        if (!report.unproven().isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("pids", report.unproven())
                    .log(
                            "These processes have the numbers of a former run's session, but nothing proves that they are ours;"
                                    + " they were left alone");
        }
    }

    private void forgetFormer() {
        try {
            record.forgetFormer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Note {
        void write() throws IOException;
    }

    private static void note(Note note) {
        try {
            note.write();
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("cause", e.toString())
                    .log(
                            "The record of processes cannot be written; a crash now leaves only their tag to find them by");
        }
    }

    private void awaitFiles() {
        try {
            if (!files.awaitTermination(1, TimeUnit.SECONDS)) {
                LOG.atWarn().log("The record of processes was not finished in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        control.close();
        pump.close();
        outputs.stdout().close();
        outputs.stderr().close();
        files.execute(cgroups::remove);
        files.shutdown();
        awaitFiles();
    }
}
