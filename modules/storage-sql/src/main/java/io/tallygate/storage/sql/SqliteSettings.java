package io.tallygate.storage.sql;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/** Settings of the embedded store. */
@ConfigurationProperties("tallygate.sqlite")
record SqliteSettings(@Bindable(defaultValue = "FULL") Synchronous synchronous) {

    /** When a commit is on disk. */
    enum Synchronous {
        /** When it is answered: it survives a loss of power. */
        FULL,
        /** Soon after: it survives the death of the process, and a loss of power only once the log was synced. */
        NORMAL
    }
}
