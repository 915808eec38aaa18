package io.tallygate.counter;

import java.time.Duration;
import java.util.Optional;

/** The time over which a leaderboard adds up. */
public enum Window {
    MINUTE("1m", Duration.ofMinutes(1)),
    HOUR("1h", Duration.ofHours(1)),
    DAY("24h", Duration.ofHours(24)),
    /** The counters' values themselves. */
    ALL("all", Duration.ZERO);

    private final String label;
    private final Duration length;

    Window(String label, Duration length) {
        this.label = label;
        this.length = length;
    }

    /** Its name in the HTTP and gRPC contracts. */
    public String label() {
        return label;
    }

    /** How far back it reaches; zero for {@link #ALL}. */
    public Duration length() {
        return length;
    }

    public static Optional<Window> of(String label) {
        for (Window window : values()) {
            if (window.label.equals(label)) {
                return Optional.of(window);
            }
        }
        return Optional.empty();
    }
}
