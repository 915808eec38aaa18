package io.tallygate.ratelimit;

import java.util.Locale;

/** What decided. */
public enum Source {
    /** The store that the rules are for. */
    STORE,
    /** The memory of this process, because the store did not answer in time. */
    LOCAL,
    /** A rule's {@code on_failure} alone. */
    POLICY;

    /** Its name in answers. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
