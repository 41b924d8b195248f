package io.statemanager.config;

import java.util.List;

/**
 * Which files checkpoints hold.
 *
 * @param exclude patterns as restic's {@code --exclude} takes them, of what is left out
 */
public record FilesSettings(List<String> exclude) {
    public FilesSettings {
        exclude = List.copyOf(exclude);
        Rules rules = new Rules();
        for (int i = 0; i < exclude.size(); i++) {
            rules.require(!exclude.get(i).isBlank(), "exclude[" + i + "]", "is empty");
        }
        rules.hold();
    }

    static FilesSettings read(Section section) {
        List<String> exclude = section.texts("exclude");
        return section.end().build(() -> new FilesSettings(exclude));
    }
}
