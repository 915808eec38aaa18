package io.tallygate.http;

import org.jspecify.annotations.Nullable;

/** How much of what the server can do at once a request may find taken, and still be handled. */
enum Priority {
    LOW(50),
    NORMAL(90),
    HIGH(100);

    /** The header that asks for one. */
    static final String HEADER = "Tallygate-Priority";
    private static final int ALL = 100;

    private final int percent;

    Priority(int percent) {
        this.percent = percent;
    }

    /** What the header says; what it does not know is as good as nothing. */
    static Priority of(@Nullable String header) {
        return switch (header) {
            case "low" -> LOW;
            case "high" -> HIGH;
            case null, default -> NORMAL;
        };
    }

    /** Its part of a maximum, at least 1. */
    int of(int max) {
        return (int) (((long) max * percent + ALL - 1) / ALL);
    }
}
