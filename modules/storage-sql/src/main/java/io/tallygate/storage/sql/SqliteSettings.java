package io.tallygate.storage.sql;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.util.Locale;

/**
 * Settings of the embedded store, as they were written: a value that Micronaut cannot convert would silently become the
 * default.
 *
 * @param synchronous {@code FULL} or {@code NORMAL}
 */
@ConfigurationProperties("tallygate.sqlite")
record SqliteSettings(@Bindable(defaultValue = "FULL") String synchronous) {

    /** When a commit is on disk. */
    enum Synchronous {
        /** When it is answered: it survives a loss of power. */
        FULL,
        /** Soon after: it survives the death of the process, and a loss of power only once the log was synced. */
        NORMAL
    }

    /** @throws IllegalArgumentException naming the setting, its value and what would be right */
    Synchronous parsed() {
        return switch (synchronous.toUpperCase(Locale.ROOT)) {
            case "FULL" -> Synchronous.FULL;
            case "NORMAL" -> Synchronous.NORMAL;
            default -> throw new IllegalArgumentException(
                    "tallygate.sqlite.synchronous is '" + synchronous + "', must be FULL or NORMAL");
        };
    }
}
