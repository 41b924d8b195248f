package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What we write, judged by restic. */
class ResticJudgesTest {

    private static final String PASSWORD = "correct horse";

    @TempDir
    Path folder;

    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private DirectoryBackend backend;

    @BeforeEach
    void initialise() throws Exception {
        backend = new DirectoryBackend(folder.resolve("repository"));
        NewRepository.create(PASSWORD, "host", "user", Instant.now()).saveTo(backend);
    }

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void restic_checks_lists_and_restores_what_we_wrote() throws Exception {
        Path source = Samples.folder(folder.resolve("source"));
        SealedSnapshot snapshot;
        try (Repository repository = Repository.open(backend, PASSWORD);
                BlobWriter writer = repository.newWriter(WriterOptions.DEFAULT, executor)) {
            snapshot = Archive.backup(repository, writer, source);
        }

        Restic restic = Restic.current(folder.resolve("repository"), PASSWORD);

        assertThat(restic.run("check", "--read-data")).contains("no errors were found");
        assertThat(restic.run("ls", "latest")).contains("/a/b/random 5 MB", "/many/file299", "/a/link");
        assertThat(restic.run("snapshots"))
                .contains("sm-test", "state-manager", snapshot.id().toString().substring(0, 8));
        restic.run("restore", "latest", "--target", folder.resolve("restored").toString());
        assertThat(Samples.contents(folder.resolve("restored"))).isEqualTo(Samples.contents(source));
    }

    @Test
    void restic_finds_nothing_new_in_files_that_we_stored() throws Exception {
        Path source = Files.createDirectories(folder.resolve("source"));
        Files.write(source.resolve("random"), Samples.random(7, 40_000_000));
        Files.write(source.resolve("text"), Samples.text(8, 20_000_000));
        Files.write(source.resolve("zeros"), new byte[10_000_001]);
        Files.write(source.resolve("small"), Samples.text(9, 500));
        try (Repository repository = Repository.open(backend, PASSWORD);
                BlobWriter writer = repository.newWriter(WriterOptions.DEFAULT, executor)) {
            Archive.backup(repository, writer, source);
        }

        String summary = Restic.current(folder.resolve("repository"), PASSWORD).runIn(source, "backup", "--json", ".");

        assertThat(summary).contains("\"data_blobs\":0,", "\"files_new\":4,");
    }
}
