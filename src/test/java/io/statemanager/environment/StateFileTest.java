package io.statemanager.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.statemanager.environment.StateDocument.Acquiring;
import io.statemanager.environment.StateDocument.Acquisition;
import io.statemanager.environment.StateDocument.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    private static final Machine HERE = new Machine("boot", 1, 2, 3, 4);
    private static final Machine THERE = new Machine("boot2", 1, 2, 3, 4);

    @TempDir
    Path dir;

    @Test
    void changesSurviveAndAreForTheOwnerOnly() throws IOException {
        new StateFile(dir)
                .change(s ->
                        s.acquiring("env", new Acquiring(1, "n", false), HERE).owning(1));

        StateDocument read = new StateFile(dir).get();

        assertThat(read.acquiring()).isEqualTo(new Acquiring(1, "n", false));
        assertThat(read.owned()).isEqualTo(1);
        assertThat(Files.getPosixFilePermissions(dir.resolve("state.json"))).hasSize(2);
    }

    @Test
    void aFileThatCannotBeReadIsNeverTakenForAnAbsentOne() throws IOException {
        Files.writeString(dir.resolve("state.json"), "{\"format\":1,");

        assertThatThrownBy(() -> new StateFile(dir).get()).hasMessageContaining("state.json cannot be read");
        Files.writeString(dir.resolve("state.json"), "{\"format\":99,\"owned\":0,\"torn\":false,\"released\":false}");
        assertThatThrownBy(() -> new StateFile(dir).get()).hasMessageContaining("format 99");
    }

    @Test
    void theOriginOfContentIsNotHiddenByAnAcquisitionElsewhere() {
        StateDocument settled = StateDocument.fresh()
                .acquiring("env", new Acquiring(1, "a", false), HERE)
                .settled(new Acquisition(1, "a"), null, HERE);

        StateDocument copied = settled.acquiring("env", new Acquiring(2, "b", true), THERE);

        assertThat(copied.machine()).isEqualTo(HERE);
    }

    @Test
    void aTornTreeNeverCountsAsTheLastGenerations() {
        StateDocument torn = StateDocument.fresh()
                .acquiring("env", new Acquiring(2, "b", true), HERE)
                .tornFrom(HERE);

        assertThat(torn.content()).isNull();
        assertThat(torn.acquiring().over()).isFalse();
        assertThat(torn.settled(new Acquisition(2, "b"), "v1", HERE).torn()).isFalse();
    }
}
