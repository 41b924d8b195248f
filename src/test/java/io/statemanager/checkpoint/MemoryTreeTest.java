package io.statemanager.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.CheckpointCommands.ApplyFiles;
import io.statemanager.bus.ProcessCommands;
import io.statemanager.linux.Directory;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.RawName;
import io.statemanager.support.VertxFixture;
import io.vertx.core.Future;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An environment directory on tmpfs, where only the first store by a mapping moves a timestamp. */
class MemoryTreeTest {
    private static final Path MEMORY = Path.of("/dev/shm");

    /** Stores by a mapping, and again when it is told to; then it lets the mapping go, and the file too where that is wanted. */
    private static final String APPLICATION = """
            import mmap, os, sys
            f = os.open(sys.argv[1], os.O_RDWR)
            m = mmap.mmap(f, 0)
            if sys.argv[2] == 'closed':
                os.close(f)
            m[0:5] = b'one--'
            print('stored', flush=True)
            sys.stdin.readline()
            m[0:5] = b'two--'
            m.close()
            print('stored again', flush=True)
            sys.stdin.readline()
            """;

    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    @ParameterizedTest
    @ValueSource(strings = {"open", "closed"})
    void aStoreByAMappingThatIsGoneAtTheFreezeIsTaken(String descriptor) throws Exception {
        assumeThat(MEMORY).isDirectory().isWritable();
        Path memory = Files.createTempDirectory(MEMORY, "memory-tree");
        try (Directory top = Directory.open(RawName.of(memory))) {
            assumeThat(top.isInMemory()).isTrue();
            Path tree = Files.createDirectory(memory.resolve("env"));
            whileItRuns(tree, top, descriptor);
        } finally {
            new ProcessBuilder("rm", "-rf", memory.toString()).start().waitFor();
        }
    }

    private void whileItRuns(Path tree, Directory top, String descriptor) throws Exception {
        Path file = Files.writeString(tree.resolve("f"), "-----");
        OpenCheckpoints checkpoints = OpenCheckpoints.local(fixture.vertx(), tree.getParent());
        checkpoints.open();
        Process application = new ProcessBuilder("python3", "-c", APPLICATION, file.toString(), descriptor).start();
        try (BufferedReader told = application.inputReader();
                Writer say = application.outputWriter()) {
            assertThat(told.readLine()).isEqualTo("stored");
            checkpoints.create("first");
            FileStat before = stat(top);
            checkpoints.freeze = request -> {
                tell(say, told);
                return Future.succeededFuture(new ProcessCommands.Frozen(List.of(application.pid()), 1));
            };
            checkpoints.create("second");
            assertThat(stat(top)).as("no timestamp has moved").isEqualTo(before);
        } finally {
            application.destroyForcibly().waitFor();
        }
        Files.writeString(file, "other");

        checkpoints.ask(CheckpointCommands.APPLY_FILES, new ApplyFiles("second", List.of()));

        assertThat(file).hasContent("two--");
    }

    private static void tell(Writer say, BufferedReader told) {
        try {
            say.write("again\n");
            say.flush();
            assertThat(told.readLine()).isEqualTo("stored again");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileStat stat(Directory top) throws Exception {
        try (Directory tree = top.openChild("env")) {
            return tree.stat("f");
        }
    }
}
