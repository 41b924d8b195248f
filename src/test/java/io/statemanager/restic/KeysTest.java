package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeysTest {

    @TempDir
    Path folder;

    private DirectoryBackend backend() {
        return new DirectoryBackend(folder.resolve("repository"));
    }

    @Test
    void restic_opens_what_we_initialise_and_adds_keys_that_we_open() throws Exception {
        NewRepository.create("one", "our-host", "our-user", Instant.parse("2026-01-01T00:00:00Z"))
                .saveTo(backend());
        Restic restic = Restic.current(folder.resolve("repository"), "one");
        assertThat(restic.run("key", "list")).contains("our-host", "our-user");
        Path second = Files.writeString(folder.resolve("second"), "zwei €\n");
        restic.run("key", "add", "--new-password-file", second.toString());

        MasterKey master = UnlockedKey.find(backend(), "one").masterKey();
        assertThat(UnlockedKey.find(backend(), "zwei €").masterKey().toJson()).isEqualTo(master.toJson());
        assertThatThrownBy(() -> Repository.open(backend(), "three"))
                .isInstanceOfSatisfying(
                        WrongPassword.class, e -> assertThat(e.keysTried()).isEqualTo(2))
                .hasMessageNotContaining("three");
        assertThatThrownBy(() -> Repository.open(backend(), "")).isInstanceOf(WrongPassword.class);
        try (Repository repository = Repository.open(backend(), master)) {
            assertThat(restic.run("cat", "config"))
                    .contains(
                            repository.config().id(),
                            repository.config().polynomial().toString());
        }
    }

    @Test
    void an_empty_password_is_one_for_both() throws Exception {
        NewRepository.create("", "h", "u", Instant.now()).saveTo(backend());
        assertThat(Restic.current(folder.resolve("repository"), "").run("snapshots"))
                .doesNotContain("error");

        DirectoryBackend theirs = new DirectoryBackend(folder.resolve("theirs"));
        Restic.current(folder.resolve("theirs"), "").run("init");
        Repository.open(theirs, "").close();
    }

    @Test
    void a_damaged_key_does_not_lock_out_the_others_and_is_named_where_nothing_opens() throws Exception {
        NewRepository created = NewRepository.create("one", "h", "u", Instant.now());
        created.saveTo(backend());
        String damaged = "00".repeat(32);
        backend().save(FileType.KEY, damaged, ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)));

        assertThat(UnlockedKey.find(backend(), "one").id()).isEqualTo(created.keyId());
        assertThatThrownBy(() -> UnlockedKey.find(backend(), "two"))
                .isInstanceOf(CorruptObject.class)
                .hasMessageContaining("key " + damaged);
    }

    @Test
    void no_key_or_no_configuration_is_no_repository() throws Exception {
        assertThatThrownBy(() -> Repository.open(backend(), "x")).isInstanceOf(MissingObject.class);
        assertThatThrownBy(() -> Repository.open(backend(), TestRepository.KEY)).isInstanceOf(MissingObject.class);
    }

    @Test
    void initialising_again_with_the_same_bytes_is_harmless_and_with_others_refused() throws Exception {
        MemoryBackend memory = new MemoryBackend();
        NewRepository first = NewRepository.create("one", "h", "u", Instant.now());
        first.saveTo(memory);
        first.saveTo(memory);

        assertThatThrownBy(() ->
                        NewRepository.create("one", "h", "u", Instant.now()).saveTo(memory))
                .isInstanceOf(CorruptObject.class);
        assertThat(memory.list(FileType.KEY)).hasSize(1);
        Repository.open(memory, "one").close();
    }

    @Test
    void a_key_that_belongs_to_another_master_key_is_passed_over() throws Exception {
        MemoryBackend memory = new MemoryBackend();
        NewRepository first = NewRepository.create("one", "h", "u", Instant.now());
        first.saveTo(memory);
        for (int i = 0; i < 3; i++) {
            NewRepository other = NewRepository.create("one", "h", "u", Instant.now());
            memory.save(FileType.KEY, other.keyId().toString(), ByteBuffer.wrap(other.keyFile()));
        }

        assertThat(UnlockedKey.find(memory, "one").id()).isEqualTo(first.keyId());
        memory.remove(FileType.KEY, first.keyId().toString());
        assertThatThrownBy(() -> UnlockedKey.find(memory, "one"))
                .isInstanceOf(CorruptObject.class)
                .hasMessageContaining("config");
    }

    @ParameterizedTest
    @CsvSource({
        "3, 8, 1",
        "0, 8, 1",
        "1, 8, 1",
        "1073741824, 8, 1",
        "32768, 0, 1",
        "32768, 9999999, 1",
        "32768, 8, 0",
        "32768, 8, 9999",
        "-32768, 8, 1"
    })
    void a_key_that_asks_for_impossible_work_is_refused(long n, long r, long p) {
        KeyFile whole = KeyFile.create(TestRepository.KEY, "x", "u", "h", Instant.now());
        KeyFile strange = new KeyFile(whole.created(), "u", "h", "scrypt", n, r, p, whole.salt(), whole.data());

        assertThatThrownBy(() -> strange.open("x", "key 1"))
                .isInstanceOf(CorruptObject.class)
                .hasMessageContaining("scrypt");
    }

    @Test
    void another_key_derivation_is_not_supported() {
        KeyFile whole = KeyFile.create(TestRepository.KEY, "x", "u", "h", Instant.now());
        KeyFile strange = new KeyFile(whole.created(), "u", "h", "argon", 2, 1, 1, whole.salt(), whole.data());

        assertThatThrownBy(() -> strange.open("x", "key 1")).isInstanceOf(UnsupportedRepository.class);
    }

    @Test
    void a_newer_version_is_not_supported() {
        assertThatThrownBy(() -> TestRepository.create(new MemoryBackend(), 3))
                .isInstanceOf(UnsupportedRepository.class)
                .hasMessageContaining("3");
    }

    @Test
    void the_master_key_is_not_printed() {
        assertThat(TestRepository.KEY).hasToString("MasterKey");
    }
}
