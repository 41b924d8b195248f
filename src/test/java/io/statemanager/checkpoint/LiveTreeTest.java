package io.statemanager.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.checkpoint.save.Attention;
import io.statemanager.checkpoint.save.FileSource;
import io.statemanager.checkpoint.save.FreezeStage;
import io.statemanager.checkpoint.save.MappedFiles;
import io.statemanager.checkpoint.save.SaveListener;
import io.statemanager.checkpoint.save.Stage;
import io.statemanager.checkpoint.save.TreeSaver;
import io.statemanager.checkpoint.scan.Selection;
import io.statemanager.checkpoint.scan.TreeLimit;
import io.statemanager.linux.Directory;
import io.statemanager.linux.FileStat;
import io.statemanager.linux.RawName;
import io.statemanager.restic.BlobWriter;
import io.statemanager.restic.Id;
import io.statemanager.restic.WriterOptions;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees that change while they are saved. */
class LiveTreeTest {
    @TempDir
    Path temp;

    Path tree;
    TestRepository ours;
    Directory top;
    BlobWriter writer;

    @BeforeEach
    void make() throws Exception {
        tree = Files.createDirectory(temp.resolve("tree"));
        ours = TestRepository.create(temp.resolve("repository"));
        top = Directory.open(RawName.of(tree));
    }

    @AfterEach
    void close() {
        top.close();
        ours.close();
    }

    private TreeSaver saver(FileSource source) {
        writer = ours.repository.newWriter(WriterOptions.DEFAULT, ours.uploads);
        return new TreeSaver(
                top,
                writer,
                ours.repository.config().polynomial(),
                source,
                ours.records,
                ours.executor,
                2,
                TreeLimit.ofMemory());
    }

    private Attention running() {
        return new Attention(Selection.ALL, MappedFiles.ofAll(RawName.of(tree), false), true, false);
    }

    private Attention frozen() {
        MappedFiles held = MappedFiles.of(List.of(ProcessHandle.current().pid()), RawName.of(tree), false);
        return new Attention(Selection.ALL, held, false, false);
    }

    /** With room for a MiB, and a database that must be taken whatever there is room for. */
    private FreezeStage stage() {
        return new FreezeStage(1 << 20, Long.MAX_VALUE, Set.of("d.db", "d.db-journal"), temp.resolve("spool"));
    }

    private Path restored(Id id) throws IOException {
        writer.flush();
        Path target = Files.createTempDirectory(temp, "restored");
        ours.records = java.util.Map.of();
        ours.restore(id, target);
        return target;
    }

    @Test
    void whatChangesBetweenTheHotPassAndTheFreezeIsTaken() throws Exception {
        Files.writeString(tree.resolve("steady"), "steady");
        Files.writeString(tree.resolve("changing"), "before");
        Files.writeString(tree.resolve("going"), "gone");
        TreeSaver saver = saver(FileSource.DIRECT);
        saver.warm(running(), SaveListener.NONE);
        Files.writeString(tree.resolve("changing"), "after");
        Files.writeString(tree.resolve("new"), "new");
        Files.delete(tree.resolve("going"));

        saver.take(frozen(), Stage.NONE);
        Path target = restored(saver.finish(SaveListener.NONE).tree());

        assertThat(target.resolve("changing")).hasContent("after");
        assertThat(target.resolve("new")).hasContent("new");
        assertThat(target.resolve("going")).doesNotExist();
    }

    @Test
    void whatChangesAfterTheFreezeIsInItAsItWasInIt() throws Exception {
        Files.writeString(tree.resolve("changing"), "in the freeze");
        TreeSaver saver = saver(FileSource.DIRECT);
        saver.take(frozen(), stage());
        Files.writeString(tree.resolve("changing"), "after the thaw");

        var saved = saver.finish(SaveListener.NONE);

        assertThat(saved.unsteady()).isEmpty();
        assertThat(restored(saved.tree()).resolve("changing")).hasContent("in the freeze");
    }

    @Test
    void whatDoesNotFitIntoTheFreezeIsNamedWhereItChanged() throws Exception {
        Files.write(tree.resolve("large"), new byte[2 << 20]);
        Files.writeString(tree.resolve("small"), "small");
        TreeSaver saver = saver(FileSource.DIRECT);
        saver.take(frozen(), stage());
        Files.writeString(tree.resolve("large"), "shorter now");
        Files.writeString(tree.resolve("small"), "changed too");

        var saved = saver.finish(SaveListener.NONE);

        assertThat(saved.unsteady()).containsExactly("large");
        Path target = restored(saved.tree());
        assertThat(target.resolve("large")).hasContent("shorter now");
        assertThat(target.resolve("small")).hasContent("small");
    }

    @Test
    void whatWasHeldInTheFreezeIsInItThoughItsDirectoryIsGoneAfterwards() throws Exception {
        Path release = Files.createDirectory(tree.resolve("release"));
        Files.writeString(release.resolve("small"), "in the freeze");
        TreeSaver saver = saver(FileSource.DIRECT);
        saver.take(frozen(), stage());
        Files.delete(release.resolve("small"));
        Files.delete(release);

        var saved = saver.finish(SaveListener.NONE);

        assertThat(saved.unsteady()).isEmpty();
        assertThat(restored(saved.tree()).resolve("release/small")).hasContent("in the freeze");
    }

    @Test
    void whatWasThereInTheFreezeAndIsGoneBeforeItIsReadIsNamed() throws Exception {
        Path release = Files.createDirectory(tree.resolve("release"));
        Files.write(release.resolve("large"), new byte[2 << 20]);
        Files.write(tree.resolve("large"), new byte[2 << 20]);
        TreeSaver saver = saver(FileSource.DIRECT);
        saver.take(frozen(), stage());
        Files.delete(release.resolve("large"));
        Files.delete(release);
        Files.delete(tree.resolve("large"));

        var saved = saver.finish(SaveListener.NONE);

        assertThat(saved.unsteady()).containsExactly("large", "release/large");
    }

    @Test
    void aDatabaseIsOfTheFreezeHoweverLargeItIs() throws Exception {
        byte[] before = new byte[3 << 20];
        new java.util.Random(1).nextBytes(before);
        Files.write(tree.resolve("d.db"), before);
        Files.writeString(tree.resolve("d.db-journal"), "in the freeze");
        TreeSaver saver = saver(FileSource.DIRECT);
        saver.take(frozen(), stage());
        Files.write(tree.resolve("d.db"), new byte[3 << 20]);
        Files.delete(tree.resolve("d.db-journal"));

        var saved = saver.finish(SaveListener.NONE);

        assertThat(saved.unsteady()).isEmpty();
        Path target = restored(saved.tree());
        assertThat(target.resolve("d.db")).hasBinaryContent(before);
        assertThat(target.resolve("d.db-journal")).hasContent("in the freeze");
        assertThat(temp.resolve("spool")).isEmptyDirectory();
    }

    /** A store to a page that is dirty already moves no timestamp. */
    @Test
    void aStoreByMappingThatNoTimestampShowsIsTaken() throws Exception {
        Path file = tree.resolve("mapped");
        Files.write(file, new byte[8192]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, 8192);
            mapped.put(0, (byte) 1);
            Id first = save();
            settle();
            mapped.put(0, (byte) 2);
            mapped.put(1, (byte) 2);
            Id second = save();
            FileStat between = top.stat("mapped");
            mapped.put(2, (byte) 3);
            FileStat after = top.stat("mapped");
            Id third = save();

            assertThat(MappedFiles.ofAll(RawName.of(tree), false)).hasToString("[mapped]");
            assertThat(Files.readAllBytes(restored(second).resolve("mapped"))).startsWith(2, 2, 0);
            assertThat(Files.readAllBytes(restored(third).resolve("mapped")))
                    .as("stat before and after the store: %s, %s", between, after)
                    .startsWith(2, 2, 3);
            assertThat(first).isNotEqualTo(second);
        }
    }

    private Id save() throws IOException {
        TreeSaver saver = saver(FileSource.DIRECT);
        saver.warm(running(), SaveListener.NONE);
        saver.take(frozen(), Stage.NONE);
        Id id = saver.finish(SaveListener.NONE).tree();
        writer.flush();
        ours.records = saver.records();
        return id;
    }

    private void settle() throws IOException {
        save();
        save();
    }

    @Test
    void aFileThatChangesWhileItIsReadIsReadAgainTheNextTime() throws Exception {
        Files.write(tree.resolve("growing"), new byte[100_000]);
        TreeSaver saver =
                saver((directory, path, entry) -> new Growing(FileSource.DIRECT.open(directory, path, entry)));
        saver.take(frozen(), Stage.NONE);
        var torn = saver.finish(SaveListener.NONE);
        writer.flush();
        ours.records = saver.records();

        Id next = save();

        assertThat(torn.unsteady()).containsExactly("growing");
        assertThat(Files.readAllBytes(restored(next).resolve("growing")))
                .isEqualTo(Files.readAllBytes(tree.resolve("growing")));
    }

    /** Appends to the file after its first state was looked at. */
    private final class Growing implements FileSource.Reading {
        private final FileSource.Reading behind;

        Growing(FileSource.Reading behind) {
            this.behind = behind;
        }

        @Override
        public FileStat stat() throws IOException {
            FileStat stat = behind.stat();
            Files.write(tree.resolve("growing"), "more".getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
            return stat;
        }

        @Override
        public java.nio.channels.ReadableByteChannel channel() throws IOException {
            return behind.channel();
        }

        @Override
        public void writeOut() throws IOException {
            behind.writeOut();
        }

        @Override
        public void close() throws IOException {
            behind.close();
        }
    }

    @Test
    void socketsAreLeftOutAndCounted() throws Exception {
        Path socket = tree.resolve("socket");
        try (var server = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            server.bind(java.net.UnixDomainSocketAddress.of(socket));
            TreeSaver saver = saver(FileSource.DIRECT);
            saver.take(frozen(), Stage.NONE);

            var saved = saver.finish(SaveListener.NONE);

            assertThat(saved.skipped()).isEqualTo(1);
            assertThat(restored(saved.tree())).isEmptyDirectory();
        }
    }
}
