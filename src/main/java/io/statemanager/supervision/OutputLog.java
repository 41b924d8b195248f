package io.statemanager.supervision;

import io.statemanager.linux.ErrnoException;
import io.statemanager.linux.OutputPump;
import io.statemanager.runtime.RunOptions.LogFormat;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where the output of one supervised process goes, over all its runs: line by line to the manager's own outputs (in the form of {@link OutputForm}), into a bounded
 * file, and into a bounded tail in memory. What one run's descendants write late still arrives beside the next run's lines.
 *
 * <p>Lines come in on the output thread; the tail may be read from any.
 */
final class OutputLog {
    private final OutputPump pump;
    private final Optional<OutputFile> file;
    private final Outputs outputs;
    private final OutputTail tail = new OutputTail();
    private final OutputForm form;

    /** The manager's own two outputs. */
    record Outputs(Console stdout, Console stderr) {
        Console of(OutputLine.Stream stream) {
            return stream == OutputLine.Stream.STDOUT ? stdout : stderr;
        }
    }

    /** @param directory where {@code <name>.log} is kept; without one nothing is kept beyond the tail */
    OutputLog(
            String name, OutputPump pump, Optional<Path> directory, long fileLimit, Outputs outputs, LogFormat format) {
        this.pump = pump;
        this.file = directory.map(path -> new OutputFile(path, name + ".log", fileLimit));
        this.outputs = outputs;
        this.form = new OutputForm(format, name);
    }

    OutputTail tail() {
        return tail;
    }

    /** The outputs of a run that is about to be started. */
    Run open() throws ErrnoException {
        Feed out = new Feed(OutputLine.Stream.STDOUT);
        Feed err = new Feed(OutputLine.Stream.STDERR);
        return new Run(out, pump.open(out), err, pump.open(err));
    }

    private void line(OutputLine.Stream stream, byte[] text) {
        OutputLine line = tail.add(System.currentTimeMillis(), stream, text);
        file.ifPresent(open -> open.add(line));
        outputs.of(stream).line(form.prefix(), form.text(line));
    }

    /** One output of one run, on the output thread. */
    private final class Feed implements OutputPump.Sink {
        private final LineSplitter splitter;

        private Feed(OutputLine.Stream stream) {
            splitter = new LineSplitter(text -> line(stream, text));
        }

        @Override
        public void data(ByteBuffer bytes) {
            splitter.accept(bytes);
            file.ifPresent(OutputFile::flush);
        }

        @Override
        public void end() {
            splitter.flush();
            file.ifPresent(OutputFile::flush);
        }
    }

    /** The two pipes of one run. */
    final class Run {
        private final Feed outFeed;
        private final OutputPump.Source out;
        private final Feed errFeed;
        private final OutputPump.Source err;

        private Run(Feed outFeed, OutputPump.Source out, Feed errFeed, OutputPump.Source err) {
            this.outFeed = outFeed;
            this.out = out;
            this.errFeed = errFeed;
            this.err = err;
        }

        OutputPump.Source out() {
            return out;
        }

        OutputPump.Source err() {
            return err;
        }

        /** To be called once the process is started or was not. */
        void launched() {
            out.launched();
            err.launched();
        }

        /** Completes with the last lines, when what the ended process wrote has arrived; an unfinished line counts. */
        CompletionStage<List<String>> lastLines(int count) {
            CompletableFuture<Void> both = CompletableFuture.allOf(
                    out.drained(outFeed::end).toCompletableFuture(),
                    err.drained(errFeed::end).toCompletableFuture());
            return both.thenApply(
                    done -> tail.last(count, 0).stream().map(OutputLine::text).toList());
        }
    }
}
