package io.tallygate.ratelimit.rules;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The units of time of Envoy's protocol: each is a fixed number of seconds, and windows of it begin at the epoch. */
public enum Unit {
    SECOND(1),
    MINUTE(60),
    HOUR(3_600),
    DAY(86_400),
    WEEK(7 * 86_400),
    /** Thirty days. */
    MONTH(30 * 86_400),
    /** 365 days. */
    YEAR(365 * 86_400);

    private final Duration length;

    Unit(long seconds) {
        this.length = Duration.ofSeconds(seconds);
    }

    public Duration length() {
        return length;
    }

    /** As rules write it, in any case; empty for other words. */
    public static Optional<Unit> of(String text) {
        return Arrays.stream(values()).filter(unit -> unit.name().equalsIgnoreCase(text)).findFirst();
    }

    /** All of them, for people. */
    public static String listed() {
        return Arrays.stream(values()).map(unit -> unit.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }
}
