package io.tallygate.degradation;

import java.util.Locale;

/** How well a feature is served; each is worse than the one before it. */
public enum Level {
    /** As it should be. */
    NORMAL,
    /** With less than it should have: such as from a cache. */
    DEGRADED,
    /** With nothing but what this process has itself. */
    MINIMAL;

    /** What programs know it by, in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is further from {@link #NORMAL}. */
    public boolean isWorseThan(Level other) {
        return compareTo(other) > 0;
    }

    /** The one of the two that is further from {@link #NORMAL}. */
    public Level worse(Level other) {
        return isWorseThan(other) ? this : other;
    }

    /** As a figure: 0 is {@link #NORMAL}, 2 is {@link #MINIMAL}. */
    public int severity() {
        return switch (this) {
            case NORMAL -> 0;
            case DEGRADED -> 1;
            case MINIMAL -> 2;
        };
    }

    /** One rung up; the best one is its own. */
    Level better() {
        return this == MINIMAL ? DEGRADED : NORMAL;
    }
}
