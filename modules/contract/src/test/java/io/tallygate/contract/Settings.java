package io.tallygate.contract;

import java.util.Optional;

/** The suite's own settings: system properties, where an empty one counts as absent. */
final class Settings {

    private Settings() {}

    static Optional<String> find(String name) {
        return Optional.ofNullable(System.getProperty(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    static int number(String name, int otherwise) {
        return find(name).map(Integer::parseInt).orElse(otherwise);
    }
}
