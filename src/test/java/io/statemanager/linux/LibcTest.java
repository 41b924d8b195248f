package io.statemanager.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LibcTest {
    @Test
    void aCallReachesTheKernel() {
        assertThat(Libc.getpid()).isEqualTo((int) ProcessHandle.current().pid());
        assertThat(Libc.getpgid(0)).isEqualTo(Libc.getpgid(Libc.getpid()));
    }

    @Test
    void aFailureCarriesItsErrnoAndSaysWhatWasDoneToWhat() {
        // given a pid beyond the kernel's largest
        int nobody = Integer.MAX_VALUE;

        // then
        assertThatThrownBy(() -> Libc.check(Libc.kill(nobody, 0), "kill", nobody))
                .isInstanceOfSatisfying(
                        ErrnoException.class,
                        e -> assertThat(e.is(ErrnoException.ESRCH)).isTrue())
                .hasMessage("kill 2147483647: no such process (errno 3)");
    }
}
