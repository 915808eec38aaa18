package io.tallygate.kernel;

import java.util.Optional;

/** Where a process's settings are looked up. */
@FunctionalInterface
public interface SettingValues {

    /** No setting is set: every one has its default. */
    SettingValues NONE = _ -> Optional.empty();

    /** The text that the setting of this name is set to; empty when it is not set. */
    Optional<String> find(String name);
}
