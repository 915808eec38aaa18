package io.tallygate.http.degradation;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.degradation.Level;
import io.tallygate.degradation.LevelOverride;
import io.tallygate.http.JsonValues;
import io.tallygate.http.Members;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.SettingRule;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
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

    private enum Member {
        LEVEL,
        FEATURE,
        REASON,
        TTL
    }

    private static final Members<Member> KNOWN = Members.all(Member.class);
    private static final SettingRule<Duration> TTL_RULE = SettingRule.duration(TTL_MIN, TTL_MAX);

    /** @throws io.tallygate.http.ProblemException naming everything in the body that breaks a rule */
    static OverrideBody read(JsonParser in) throws IOException {
        var values = new JsonValues<Member>(in, null);
        Level level = null;
        String feature = null;
        String reason = null;
        Duration ttl = null;
        for (Member member = values.next(KNOWN); member != null; member = values.next(KNOWN)) {
            switch (member) {
                case LEVEL -> level = values.parsed(OverrideBody::level);
                case FEATURE -> feature = values.id();
                case REASON -> reason = values.id();
                case TTL -> ttl = values.parsed(OverrideBody::ttl);
            }
        }
        values.require(Member.LEVEL);
        values.require(Member.REASON);
        values.require(Member.TTL);
        values.throwIfAny();
        return new OverrideBody(Objects.requireNonNull(level), feature, Objects.requireNonNull(reason),
                Objects.requireNonNull(ttl));
    }

    private static Level level(String field, String text) {
        for (Level level : Level.values()) {
            if (level.label().equals(text.toLowerCase(Locale.ROOT))) {
                return level;
            }
        }
        throw new InvalidInputException(field, text, "must be normal, degraded or minimal");
    }

    private static Duration ttl(String field, String text) {
        return TTL_RULE.parser().apply(text)
                .orElseThrow(() -> new InvalidInputException(field, text, "must " + TTL_RULE.right()));
    }

    /** The override that begins now. */
    LevelOverride from(Instant now, String by) {
        return new LevelOverride(level, feature, reason, by, now.plus(ttl));
    }
}
