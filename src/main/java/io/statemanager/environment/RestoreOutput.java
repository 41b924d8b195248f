package io.statemanager.environment;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Fault;
import io.statemanager.config.StorageSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a database may be restored to as a new file: anywhere but in the environment, where it would become one more of its databases, in our
 * own directory, and in the embedded store. Links are followed first. Blocking.
 */
final class RestoreOutput {
    private RestoreOutput() {}

    /** The file, in a directory that is there. Errors: {@code invalid_request}. */
    static Path resolve(String text, Terms terms) {
        Path given = parse(text);
        if (!given.isAbsolute() || given.getFileName() == null || given.getParent() == null) {
            throw fault("an absolute path of a file on the manager's machine is expected");
        }
        try {
            Path output = given.getParent().toRealPath().resolve(given.getFileName());
            StorageSettings storage = terms.configuration().storage();
            refuseIn(storage.envDir(), output, "the environment directory, where it would become one more database");
            refuseIn(terms.dataDir(), output, "the manager's own directory");
            refuseIn(storage.path(), output, "the object store");
            return output;
        } catch (IOException e) {
            throw fault("the directory " + given.getParent() + " cannot be used: it is not there, or not readable");
        }
    }

    private static Path parse(String text) {
        try {
            return Path.of(text).normalize();
        } catch (InvalidPathException e) {
            throw fault("is no path");
        }
    }

    private static void refuseIn(Path directory, Path output, String what) throws IOException {
        if (directory != null && Files.exists(directory) && output.startsWith(directory.toRealPath())) {
            throw fault(output + " lies in " + what);
        }
    }

    private static CommandException fault(String message) {
        return CommandException.invalid(FailureCode.INVALID_REQUEST, List.of(new Fault("output", message)));
    }
}
