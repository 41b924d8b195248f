package io.statemanager.environment;

import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.environment.StateRules.Decision;
import io.statemanager.environment.StateRules.Facts;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateRulesTest {

    /** Facts by name: what is not named is false. */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                // rule 1, whatever state.json says
                "empty                                             | RESTORE",
                "empty settled last same                           | RESTORE",
                "empty torn                                        | RESTORE",
                "empty settled last same journal began committed   | RESTORE",
                // rule 2
                "settled last same                                 | KEEP",
                "settled last same knows                           | KEEP",
                // rule 3
                "settled last knows                                | PROVE",
                // rule 4
                "settled same knows                                | SAVE_AND_RESTORE",
                "settled knows                                     | SAVE_AND_RESTORE",
                // rule 5
                "                                                  | ADOPT_LOCAL",
                "knows                                             | REFUSE",
                "knows local                                       | ADOPT_LOCAL",
                "knows remote                                      | SAVE_AND_RESTORE",
                "remote                                            | ADOPT_LOCAL",
                // a half replaced tree
                "torn                                              | DISCARD_AND_RESTORE",
                "torn last same knows                              | DISCARD_AND_RESTORE",
                "torn journal began committed last same            | DISCARD_AND_RESTORE",
                // a restore under way
                "settled last same journal began committed         | FINISH_RESTORE",
                "settled last same journal committed               | FINISH_RESTORE",
                "settled last same journal                         | KEEP",
                "settled last same journal began                   | DISCARD_AND_RESTORE",
                "settled last journal began committed              | DISCARD_AND_RESTORE",
                "settled last journal                              | DISCARD_AND_RESTORE",
                "settled same journal began committed              | DISCARD_AND_RESTORE",
            })
    void decides(String given, Decision expected) {
        Set<String> named = given == null ? Set.of() : Set.of(given.trim().split("\\s+"));
        String adopt = named.contains("local") ? "local" : named.contains("remote") ? "remote" : null;
        Facts facts = new Facts(
                named.contains("empty"),
                named.contains("settled"),
                named.contains("torn"),
                named.contains("last"),
                named.contains("same"),
                named.contains("journal"),
                named.contains("began"),
                named.contains("committed"),
                named.contains("knows"),
                adopt);

        assertThat(StateRules.decide(facts)).isEqualTo(expected);
    }
}
