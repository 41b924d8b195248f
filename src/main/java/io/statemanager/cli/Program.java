package io.statemanager.cli;

import java.util.List;

/**
 * What stands behind {@code --}.
 *
 * @param words the program and its arguments
 * @param given whether there was a {@code --}
 */
record Program(List<String> words, boolean given) {
    Program {
        words = List.copyOf(words);
    }

    static Program none() {
        return new Program(List.of(), false);
    }
}
