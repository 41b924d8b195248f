package io.statemanager.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.runtime.Endpoint;
import io.statemanager.runtime.RunOptions;
import io.statemanager.runtime.RunOptions.Adopt;
import io.statemanager.runtime.RunOptions.LogFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunArgumentsTest {
    private final CliFixture cli = new CliFixture();

    @Test
    void nothingSaidIsRunWithEveryDefault() {
        assertThat(cli.execute()).isEqualTo(42);

        assertThat(cli.run).isEqualTo(RunOptions.defaults(Path.of("data")));
    }

    @Test
    void everyOptionArrives() {
        cli.execute(
                "run",
                "--data-dir=/var/lib/sm",
                "--config=/etc/sm.json",
                "--dev",
                "--listen=127.0.0.1:80",
                "--control-listen=[::1]:81",
                "--control-host=control.local",
                "--target=unix:/run/app.sock",
                "--socket-dir=/run/sm",
                "--bus-listen=7000",
                "--adopt=remote",
                "--log-format=json",
                "--",
                "python3",
                "--listen",
                "x",
                "--");

        assertThat(cli.run)
                .isEqualTo(new RunOptions(
                        Path.of("/var/lib/sm"),
                        Optional.of(Path.of("/etc/sm.json")),
                        true,
                        new Endpoint.Tcp("127.0.0.1", 80),
                        Optional.of(new Endpoint.Tcp("::1", 81)),
                        "control.local",
                        Optional.of(new Endpoint.Unix(Path.of("/run/app.sock"))),
                        Path.of("/run/sm"),
                        Optional.of(new Endpoint.Tcp("127.0.0.1", 7000)),
                        Optional.of(Adopt.REMOTE),
                        LogFormat.JSON,
                        List.of("python3", "--listen", "x", "--")));
    }

    @Test
    void aProgramNamedLikeASubCommandIsStillAProgram() {
        cli.execute("--", "status");

        assertThat(cli.run.command()).containsExactly("status");
    }

    @Test
    void variablesSpeakForOptionsAndTheCommandLineWins() {
        cli.environment.put("STATE_MANAGER_LISTEN", "127.0.0.1:9000");
        cli.environment.put("STATE_MANAGER_TARGET", "localhost:3000");
        cli.environment.put("STATE_MANAGER_ADOPT", "");

        cli.execute("--target", "127.0.0.1:4000");

        assertThat(cli.run.listen()).hasToString("127.0.0.1:9000");
        assertThat(cli.run.target()).hasValue(new Endpoint.Tcp("127.0.0.1", 4000));
        assertThat(cli.run.adopt()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --target http://127.0.0.1:80   | --target
                    --listen 127.0.0.1:70000       | --listen
                    --listen here                  | --listen
                    --bus-listen 0.0.0.0:7000      | --bus-listen: a loopback address
                    --bus-listen unix:/x           | --bus-listen
                    --dev                          | --config
                    --adopt both                   | --adopt
                    --control-host a:1             | --control-host
                    --                             | a program is expected behind --
                    run python3 app.py             | python3
                    sttus                          | did you mean state-manager status?
                    --lisen 1                      | did you mean --listen?
                    checkpoint creat               | did you mean state-manager checkpoint create?
                    help                           | hint: state-manager --help
                    lease take                     | there is no command 'take'
                    checkpoint create a b          | is one word too many
                    exec ls -l                     | write state-manager exec -- ls -l
                    """)
    void aFaultIsAUsageErrorThatNamesIt(String arguments, String named) {
        assertThat(cli.execute(arguments.strip().split(" +"))).isEqualTo(ExitCodes.USAGE);

        assertThat(cli.err).startsWith("error: ").contains(named);
        assertThat(cli.run).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    python3 app.py                      | state-manager -- python3 app.py
                    run python3 app.py                  | state-manager run -- python3 app.py
                    --target 3000 node server.js --port 3000 | state-manager --target 3000 -- node server.js --port 3000
                    --dev --config x.json sh -c a&&b    | state-manager --dev --config x.json -- sh -c 'a&&b'
                    python3 app.py --config its.json    | state-manager -- python3 app.py --config its.json
                    ruby app.rb                         | state-manager -- ruby app.rb
                    """)
    void aProgramWithoutDashesBeforeItIsToldHowToBeWritten(String arguments, String meant) {
        assertThat(cli.execute(arguments.strip().split(" +"))).isEqualTo(ExitCodes.USAGE);

        assertThat(cli.err.lines())
                .hasSize(2)
                .anyMatch(line -> line.matches(
                        "error: '\\S+' is neither an option nor a command \\(a program to run stands behind --\\)"))
                .contains("hint: write " + meant);
        assertThat(cli.run).isNull();
    }

    @Test
    void helpAndVersionGoToStandardOutput() {
        assertThat(cli.execute("--help")).isZero();
        assertThat(cli.out).contains("--target", "checkpoint", "Exit codes");
        assertThat(cli.execute("checkpoint", "create", "--help")).isZero();
        assertThat(cli.out).contains("--comment", "[ID]");
        assertThat(cli.execute("--version")).isZero();
        assertThat(cli.out).matches("state-manager \\d+\\.\\d+\\.\\d+\\R");
    }

    @Test
    void completionIsABashScriptWithOurWords() throws Exception {
        assertThat(cli.execute("completion")).isZero();

        Process bash =
                new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
        bash.getOutputStream().write(cli.out.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        bash.getOutputStream().close();
        assertThat(new String(bash.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(bash.waitFor()).isZero();
        assertThat(cli.out).contains("checkpoint", "--control-listen");
    }
}
