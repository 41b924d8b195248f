package io.statemanager.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {

    @ParameterizedTest
    @CsvSource({
        "90s,90000,90s",
        "1m31s,91000,91s",
        "2m1s,121000,2m1s",
        "100ms,100,100ms",
        "1h30m,5400000,1h30m",
        "0s,0,0s",
        "2d,172800000,48h",
        "1h1m1s1ms,3661001,1h1m1s1ms"
    })
    void aDurationIsReadAndWrittenAgain(String text, long millis, String shortest) {
        Duration duration = DurationText.parse(text).orElseThrow();

        assertThat(duration).isEqualTo(Duration.ofMillis(millis));
        assertThat(DurationText.of(duration)).isEqualTo(shortest);
        assertThat(DurationText.parse(shortest)).contains(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "90",
                "s",
                "1.5s",
                "-1s",
                "+1s",
                " 1s",
                "1s ",
                "1S",
                "1s1h",
                "1s1s",
                "12345678901s",
                "1h 30m",
                "1µs"
            })
    void whatIsNoDurationIsRefused(String text) {
        assertThat(DurationText.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "64KiB,65536,64KiB",
        "1GiB,1073741824,1GiB",
        "1024MiB,1073741824,1GiB",
        "1500B,1500,1500B",
        "0B,0,0B",
        "2048TiB,2251799813685248,2048TiB"
    })
    void aSizeIsReadAndWrittenAgain(String text, long bytes, String largest) {
        assertThat(SizeText.parse(text)).contains(bytes);
        assertThat(SizeText.of(bytes)).isEqualTo(largest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "64", "KiB", "1KB", "1kib", "1.5GiB", "-1B", "999999999999TiB", "1 GiB"})
    void whatIsNoSizeIsRefused(String text) {
        assertThat(SizeText.parse(text)).isEmpty();
    }
}
