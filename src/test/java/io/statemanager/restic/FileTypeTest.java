package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FileTypeTest {

    private static final String NAME = "0123456789abcdef".repeat(4);

    @Test
    void objects_lie_where_restic_puts_them() {
        assertThat(FileType.CONFIG.path("")).isEqualTo("config");
        assertThat(FileType.KEY.path(NAME)).isEqualTo("keys/" + NAME);
        assertThat(FileType.PACK.path(NAME)).isEqualTo("data/01/" + NAME);
        assertThat(FileType.INDEX.path(NAME)).isEqualTo("index/" + NAME);
        assertThat(FileType.SNAPSHOT.path(NAME)).isEqualTo("snapshots/" + NAME);
        assertThat(FileType.LOCK.path(NAME)).isEqualTo("locks/" + NAME);
    }

    @Test
    void paths_lead_back_to_names() {
        for (FileType type : FileType.values()) {
            String name = type == FileType.CONFIG ? "" : NAME;
            assertThat(type.nameAt(type.path(name))).contains(name);
        }
    }

    @Test
    void what_is_none_of_ours_has_no_name() {
        for (String path : List.of(
                "",
                "keys/",
                "keys/x",
                "keys/" + NAME + ".tmp",
                "data/" + NAME,
                "data/02/" + NAME,
                "keys/" + NAME.toUpperCase(java.util.Locale.ROOT))) {
            for (FileType type : FileType.values()) {
                assertThat(type.nameAt(path)).as("%s %s", type, path).isEmpty();
            }
        }
    }

    @Test
    void ids_are_hex_both_ways_and_ordered_so() {
        assertThat(Id.parse(NAME)).hasToString(NAME);
        assertThat(Id.hashOf(new byte[0]))
                .hasToString("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(Id.parse("f" + NAME.substring(1))).isGreaterThan(Id.parse(NAME));
        assertThat(Id.parse(NAME.substring(0, 63) + "0")).isLessThan(Id.parse(NAME));
        assertThatThrownBy(() -> Id.parse("x")).isInstanceOf(IllegalArgumentException.class);
    }
}
