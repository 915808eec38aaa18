package io.tallygate.launcher;

import java.util.List;
import java.util.Optional;

/**
 * What can be started: one deployment, or one part of one.
 *
 * @param jar      its file's name
 * @param purpose  one line for its help
 * @param settings every setting it has, in the order in which its help lists them
 */
public record Program(String jar, String purpose, List<Setting> settings) {

    public Program {
        settings = List.copyOf(settings);
    }

    /** Whether it has a setting of this name. */
    boolean has(String name) {
        return find(name).isPresent();
    }

    /** The setting of this name, also one whose name a user chose. */
    Optional<Setting> find(String name) {
        for (Setting setting : settings) {
            if (!setting.isFamily() && setting.name().equals(name)) {
                return Optional.of(setting);
            }
            Setting member = setting.isFamily() ? setting.member(name) : null;
            if (member != null) {
                return Optional.of(member);
            }
        }
        return Optional.empty();
    }
}
