package io.statemanager.cli;

import io.statemanager.runtime.RunOptions;
import java.net.URI;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which manager a client command means, and how it prints; as picocli fills them. */
final class ClientArguments {
    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = RunOptions.DEFAULT_DATA_DIR,
            description = "The manager's data directory; its control.sock is used. Default: ${DEFAULT-VALUE}")
    private Path dataDir;

    @Option(names = "--socket-dir", paramLabel = "DIR", description = "Where control.sock is, if elsewhere.")
    private Path socketDir;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The manager's address instead, http://HOST:PORT; the token comes from CONTROLLER_TOKEN.")
    private URI url;

    @Option(
            names = "--control-host",
            paramLabel = "NAME",
            description = "The Host to ask for with --url. Default: " + RunOptions.DEFAULT_CONTROL_HOST
                    + " for http, the URL's own for https")
    private String controlHost;

    @Option(names = "--json", description = "Print the plain answer.")
    private boolean json;

    boolean json() {
        return json;
    }

    /** The options that find the same manager again, with a space in front; empty where none is needed. */
    String where() {
        if (url != null) {
            return " --url " + url;
        }
        if (socketDir != null) {
            return " --socket-dir " + socketDir;
        }
        return dataDir.equals(Path.of(RunOptions.DEFAULT_DATA_DIR)) ? "" : " --data-dir " + dataDir;
    }

    ManagerClient client(Console console) {
        Place place = url == null
                ? Place.socket(dataDir, socketDir)
                : Place.url(url, controlHost, console.environment().get("CONTROLLER_TOKEN"));
        return new ManagerClient(place);
    }
}
