package io.tallygate.http.degradation;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.degradation.Level;
import io.tallygate.degradation.LevelOverride;
import io.tallygate.http.JsonValues;
import io.tallygate.http.MemberNames;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.SettingRule;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An override as a caller sends it.
 *
 * @param feature null for all features
 * @param ttl     how long it holds
 */
record OverrideBody(Level level, @Nullable String feature, String reason, Duration ttl) {

    static final Duration TTL_MIN = Duration.ofSeconds(1);
    static final Duration TTL_MAX = Duration.ofHours(24);

    private static final MemberNames KNOWN = MemberNames.of("level", "feature", "reason", "ttl");
    private static final int LEVEL = 1;
    private static final int FEATURE = 1 << 1;
    private static final int REASON = 1 << 2;
    private static final int TTL = 1 << 3;
    private static final SettingRule<Duration> TTL_RULE = SettingRule.duration(TTL_MIN, TTL_MAX);

    /** @throws io.tallygate.http.ProblemException naming everything in the body that breaks a rule */
    static OverrideBody read(JsonParser in) throws IOException {
        var values = new JsonValues(in, null);
        Level level = null;
        String feature = null;
        String reason = null;
        Duration ttl = null;
        for (String name = values.next(); name != null; name = values.next()) {
            switch (name) {
                case "level" -> {
                    if (values.given(name, LEVEL)) {
                        level = level(values, values.string(name));
                    }
                }
                case "feature" -> {
                    if (values.given(name, FEATURE)) {
                        feature = values.string(name);
                        values.requireId(name, feature);
                    }
                }
                case "reason" -> {
                    if (values.given(name, REASON)) {
                        reason = values.string(name);
                        values.requireId(name, reason);
                    }
                }
                case "ttl" -> {
                    if (values.given(name, TTL)) {
                        ttl = ttl(values, values.string(name));
                    }
                }
                default -> values.unknown(name, KNOWN);
            }
        }
        values.require("level", LEVEL);
        values.require("reason", REASON);
        values.require("ttl", TTL);
        values.throwIfAny();
        return new OverrideBody(Objects.requireNonNull(level), feature, Objects.requireNonNull(reason),
                Objects.requireNonNull(ttl));
    }

    private static @Nullable Level level(JsonValues values, @Nullable String text) {
        if (text == null) {
            return null;
        }
        for (Level level : Level.values()) {
            if (level.label().equals(text.toLowerCase(Locale.ROOT))) {
                return level;
            }
        }
        values.add(new InvalidInputException("level", text, "must be normal, degraded or minimal"));
        return null;
    }

    private static @Nullable Duration ttl(JsonValues values, @Nullable String text) {
        if (text == null) {
            return null;
        }
        Optional<Duration> ttl = TTL_RULE.parser().apply(text);
        if (ttl.isEmpty()) {
            values.add(new InvalidInputException("ttl", text, "must " + TTL_RULE.right()));
        }
        return ttl.orElse(null);
    }

    /** The override that begins now. */
    LevelOverride from(Instant now, String by) {
        return new LevelOverride(level, feature, reason, by, now.plus(ttl));
    }
}
