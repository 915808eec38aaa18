package io.tallygate.launcher;

import java.util.Map;

/**
 * What can be started: one deployment, or one part of one.
 *
 * @param jar      its file's name
 * @param purpose  one line for its help
 * @param defaults of settings that have another one in this program, by name
 */
public record Program(String jar, String purpose, Map<String, String> defaults) {

    /** Copies the defaults. */
    public Program {
        defaults = Map.copyOf(defaults);
    }

    /** One whose settings have the defaults that they have everywhere. */
    public Program(String jar, String purpose) {
        this(jar, purpose, Map.of());
    }
}
