package io.statemanager.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trees as JSON. That real trees of restic come out byte for byte is in {@link ForeignRepositoryTest}. */
class TreeJsonTest {

    private static final Instant TIME = Instant.parse("2015-01-02T03:04:05.123456789Z");
    private static final Id SOME = Id.hashOf(new byte[] {1});

    private static NodeBuilder node(String name, NodeType type) {
        return Node.builder(RawString.of(name), type).times(TIME, TIME, TIME);
    }

    private static String json(Node node) {
        JsonWriter json = new JsonWriter(10);
        NodeJson.write(json, node);
        return new String(json.toBytes(), StandardCharsets.UTF_8);
    }

    private static List<Node> read(String tree) throws IOException {
        List<Node> nodes = new ArrayList<>();
        try (TreeReader reader =
                new TreeReader(SOME, new ByteArrayInputStream(tree.getBytes(StandardCharsets.UTF_8)))) {
            for (Node node = reader.next(); node != null; node = reader.next()) {
                nodes.add(node);
            }
        }
        return nodes;
    }

    private static String entry(String name) {
        return "{\"name\":\"" + name
                + "\",\"type\":\"fifo\",\"mtime\":\"2020-01-01T00:00:00Z\",\"atime\":\"2020-01-01T00:00:00Z\","
                + "\"ctime\":\"2020-01-01T00:00:00Z\",\"uid\":0,\"gid\":0,\"content\":null}";
    }

    @Test
    void every_member_has_its_place() {
        Node full = node("n", NodeType.FILE)
                .mode(0644)
                .owner(4294967295L, 5, "u", "g")
                .inode(-1)
                .deviceId(7)
                .size(8)
                .links(2)
                .linkTarget(RawString.of("t"))
                .extendedAttributes(List.of(
                        new ExtendedAttribute("user.a", new byte[] {1, 2}), new ExtendedAttribute("user.b", null)))
                .genericAttributes(Map.of("windows.b", "\"x<\"", "windows.a", "{\"k\":1}"))
                .device(9)
                .content(List.of(SOME))
                .error("e&")
                .build();

        assertThat(json(full))
                .isEqualTo(
                        "{\"name\":\"n\",\"type\":\"file\",\"mode\":420,\"mtime\":\"2015-01-02T03:04:05.123456789Z\","
                                + "\"atime\":\"2015-01-02T03:04:05.123456789Z\",\"ctime\":\"2015-01-02T03:04:05.123456789Z\",\"uid\":4294967295,\"gid\":5,"
                                + "\"user\":\"u\",\"group\":\"g\",\"inode\":18446744073709551615,\"device_id\":7,\"size\":8,\"links\":2,\"linktarget\":\"t\","
                                + "\"extended_attributes\":[{\"name\":\"user.a\",\"value\":\"AQI=\"},{\"name\":\"user.b\",\"value\":null}],"
                                + "\"generic_attributes\":{\"windows.a\":{\"k\":1},\"windows.b\":\"x\\u003c\"},\"device\":9,\"content\":[\""
                                + SOME
                                + "\"],\"error\":\"e\\u0026\"}");
    }

    @Test
    void every_type_reads_back_as_it_was_written() throws IOException {
        List<Node> nodes = List.of(
                node("1", NodeType.FILE).content(List.of()).build(),
                node("2", NodeType.FILE).content(List.of(SOME, SOME)).size(3).build(),
                node("3", NodeType.DIR)
                        .subtree(SOME)
                        .mode(FileMode.fromUnix(0041777))
                        .build(),
                node("4", NodeType.SYMLINK)
                        .linkTarget(RawString.of(new byte[] {'a', (byte) 0xff}))
                        .build(),
                node("5", NodeType.DEV).device(0x801).build(),
                node("6", NodeType.CHARDEV).device(0x103).build(),
                node("7", NodeType.FIFO).build(),
                node("8", NodeType.SOCKET).owner(1, 2, "<user>", "gr\u2028oup").build(),
                node("9", NodeType.IRREGULAR).error("what").build(),
                Node.builder(RawString.of("ä\n"), NodeType.FIFO)
                        .times(
                                Instant.parse("1960-01-01T00:00:00.5Z"),
                                Instant.EPOCH,
                                Instant.parse("9999-12-31T23:59:59.999999999Z"))
                        .build());
        StringBuilder tree = new StringBuilder();
        nodes.forEach(node -> tree.append(tree.isEmpty() ? "{\"nodes\":[" : ",").append(json(node)));

        assertThat(read(tree + "]}\n")).isEqualTo(nodes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "a/b",
                "/",
                "a\\\\u0000b",
                "\\\\x2e\\\\x2e",
                "\\\\q",
                "\\\\x4",
                "\\\\u12",
                "\\\\ud800",
                "\\\\400",
                "a\\\"b",
                "\\\\"
            })
    void a_name_that_could_lead_out_of_the_folder_is_refused(String name) {
        assertThatThrownBy(() -> read("{\"nodes\":[" + entry(name) + "]}"))
                .isInstanceOf(CorruptObject.class)
                .hasMessageContaining("tree blob " + SOME);
    }

    @Test
    void names_are_unquoted_as_go_does() throws IOException {
        String quoted =
                "\\\\a\\\\b\\\\f\\\\n\\\\r\\\\t\\\\v\\\\\\\\\\\\\\\"\\\\x41\\\\101\\\\377\\\\u00e4\\\\U0001f600ü";
        byte[] bytes = read("{\"nodes\":[" + entry(quoted) + "]}").get(0).name().bytes();

        assertThat(bytes)
                .startsWith(7, 8, 12, 10, 13, 9, 11, '\\', '"', 'A', 'A', 0xff)
                .endsWith("ä😀ü".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void names_are_quoted_as_go_does() {
        byte[] name = "a\u0001\u007f\u00a0\u00ad\u200b😀\ue000\udb80\udc00\"\\\t".getBytes(StandardCharsets.UTF_8);
        String quoted = new String(GoQuote.quote(name), StandardCharsets.UTF_8);

        assertThat(quoted).isEqualTo("a\\x01\\x7f\\u00a0\\u00ad\\u200b😀\\ue000\\U000f0000\\\"\\\\\\t");
        assertThat(new String(
                        GoQuote.quote(new byte[] {'x', (byte) 0xc3, '(', (byte) 0xed, (byte) 0xa0, (byte) 0x80}),
                        StandardCharsets.UTF_8))
                .isEqualTo("x\\xc3(\\xed\\xa0\\x80");
    }

    @Test
    void entries_out_of_order_or_twice_are_refused() {
        for (String second : List.of("a", "b", "A")) {
            assertThatThrownBy(() -> read("{\"nodes\":[" + entry("b") + "," + entry(second) + "]}"))
                    .isInstanceOf(CorruptObject.class);
        }
    }

    @Test
    void unknown_members_are_passed_over() throws IOException {
        String strange = entry("a").replace("\"uid\"", "\"new\":{\"x\":[1,{\"y\":null}]},\"uid\"");

        assertThat(read("{\"version\":3,\"nodes\":[" + strange + "],\"more\":[{}]}"))
                .hasSize(1);
        assertThat(read("{\"nodes\":[]}")).isEmpty();
        assertThat(read("{\"nodes\":null}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"nodes\":{}}",
                "{\"nodes\":[1]}",
                "{\"nodes\":[]",
                "{\"nodes\":[]}x",
                "{\"nodes\":[{}]}"
            })
    void what_is_no_tree_is_refused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(CorruptObject.class);
    }

    @Test
    void a_directory_without_a_subtree_is_refused() {
        assertThatThrownBy(() -> read("{\"nodes\":[" + entry("a").replace("fifo", "dir") + "]}"))
                .isInstanceOf(CorruptObject.class);
    }

    @Test
    void modes_are_translated_both_ways() {
        assertThat(FileMode.fromUnix(0104755)).isEqualTo(1 << 23 | 0755);
        assertThat(FileMode.fromUnix(0042750)).isEqualTo(1 << 31 | 1 << 22 | 0750);
        assertThat(FileMode.fromUnix(0020600)).isEqualTo(1 << 26 | 1 << 21 | 0600);
        for (int permissions = 0; permissions <= 07777; permissions++) {
            assertThat(FileMode.permissions(FileMode.fromUnix(0100000 | permissions)))
                    .isEqualTo(permissions);
        }
    }

    @Test
    void years_that_rfc_3339_cannot_say_are_moved_as_restic_does() {
        assertThat(GoTime.format(Instant.parse("-0005-03-04T05:06:07Z"))).isEqualTo("0000-03-04T05:06:07Z");
        assertThat(GoTime.format(Instant.parse("+12345-03-04T05:06:07.120Z"))).isEqualTo("9999-03-04T05:06:07.12Z");
        assertThat(GoTime.format(Instant.MIN)).startsWith("0000-");
        assertThat(GoTime.format(Instant.MAX)).startsWith("9999-");
    }

    @Test
    void times_with_a_zone_are_read() throws IOException {
        assertThat(GoTime.parse("2015-01-02T18:10:13.48307196+01:00", "x"))
                .isEqualTo("2015-01-02T18:10:13.48307196+01:00");
        assertThat(GoTime.parseInstant("2015-01-02T18:10:13-07:30", "x")).isEqualTo("2015-01-03T01:40:13Z");
        assertThat(GoTime.format(GoTime.parse("2015-01-02T18:10:13.500-00:30", "x")))
                .isEqualTo("2015-01-02T18:10:13.5-00:30");
        for (String wrong : List.of(
                "x",
                "2015-01-02",
                "2015-01-02T18:10:13",
                "2015-13-02T18:10:13Z",
                "2015-01-02T18:10:13Zx",
                "2015-01-02T18:10:13+99:00")) {
            assertThatThrownBy(() -> GoTime.parse(wrong, "x")).isInstanceOf(CorruptObject.class);
        }
    }
}
