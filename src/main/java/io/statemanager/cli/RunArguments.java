package io.statemanager.cli;

import io.statemanager.runtime.Endpoint;
import io.statemanager.runtime.RunOptions;
import io.statemanager.runtime.RunOptions.Adopt;
import io.statemanager.runtime.RunOptions.LogFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of {@code run} as picocli fills them; {@link #options} makes the valid record of them. */
final class RunArguments {
    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = RunOptions.DEFAULT_DATA_DIR,
            description = "Where the manager keeps its own files. Default: ${DEFAULT-VALUE}")
    private Path dataDir;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "This file is the configuration; it is never copied and never written.")
    private Path config;

    @Option(names = "--dev", description = "Watch the file of --config and apply what can change while running.")
    private boolean dev;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = RunOptions.DEFAULT_LISTEN,
            converter = ListenConverter.class,
            description = "Where requests arrive. Default: ${DEFAULT-VALUE}")
    private Endpoint.Tcp listen;

    @Option(
            names = "--control-listen",
            paramLabel = "HOST:PORT",
            converter = ListenConverter.class,
            description = "A port of its own for the control interface.")
    private Endpoint.Tcp controlListen;

    @Option(
            names = "--control-host",
            paramLabel = "NAME",
            defaultValue = RunOptions.DEFAULT_CONTROL_HOST,
            description = "Requests for this host go to the control interface, all others to the target."
                    + " Default: ${DEFAULT-VALUE}")
    private String controlHost;

    @Option(
            names = "--target",
            paramLabel = "HOST:PORT|unix:PATH",
            converter = TargetConverter.class,
            description = "Where the application listens. Without it every host reaches the control interface.")
    private Endpoint target;

    @Option(
            names = "--socket-dir",
            paramLabel = "DIR",
            description = "Where control.sock and bus.sock are. Default: the data directory")
    private Path socketDir;

    @Option(
            names = "--bus-listen",
            paramLabel = "HOST:PORT",
            converter = TargetConverter.class,
            description = "A loopback port for the event-bus bridge, beside bus.sock; it asks for the token.")
    private Endpoint busListen;

    @Option(
            names = "--adopt",
            paramLabel = "local|remote",
            description = "Whose state wins where local files meet a store that does not know them.")
    private Adopt adopt;

    @Option(
            names = "--log-format",
            paramLabel = "text|raw|json",
            defaultValue = "text",
            description = "How the processes' output is written: with the process's name in front (text), as it"
                    + " came (raw) or as one JSON object a line (json). Default: ${DEFAULT-VALUE}")
    private LogFormat logFormat;

    /**
     * @param command what stands behind {@code --}
     * @throws IllegalArgumentException with the option and what was expected
     */
    RunOptions options(List<String> command) {
        if (busListen instanceof Endpoint.Unix) {
            throw new IllegalArgumentException(
                    "--bus-listen: the bridge's unix socket is bus.sock; a port is expected");
        }
        return new RunOptions(
                dataDir,
                Optional.ofNullable(config),
                dev,
                listen,
                Optional.ofNullable(controlListen),
                controlHost,
                Optional.ofNullable(target),
                socketDir == null ? dataDir : socketDir,
                Optional.ofNullable((Endpoint.Tcp) busListen),
                Optional.ofNullable(adopt),
                logFormat,
                command);
    }

    /** A place to listen on: a bare port is one of every address. */
    static final class ListenConverter implements ITypeConverter<Endpoint.Tcp> {
        @Override
        public Endpoint.Tcp convert(String text) {
            try {
                return Endpoint.parseTcp(text, "0.0.0.0");
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** A place to connect to: a bare port is one of this machine. */
    static final class TargetConverter implements ITypeConverter<Endpoint> {
        @Override
        public Endpoint convert(String text) {
            try {
                return Endpoint.parse(text, "127.0.0.1");
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
