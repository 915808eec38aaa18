package io.tallygate.http.ratelimit;

import io.tallygate.ratelimit.rules.CheckResult;
import io.tallygate.ratelimit.rules.HeaderStyle;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A place for what one request's answer will tell of its limits. Thread-safe. */
final class LimitMark {

    private volatile @Nullable CheckResult result;

    /** Keeps what is known, in place of what was known before. */
    void set(CheckResult known) {
        result = known;
    }

    /**
     * Tells it, if anything is known, unless the answer tells of other limits.
     *
     * @param has whether the answer has a field
     * @param add adds one to it
     */
    void tell(HeaderStyle style, Predicate<String> has, BiConsumer<String, String> add) {
        CheckResult known = result;
        if (known != null) {
            RateLimitAnswers.fields(known, style, false).forEach((name, value) -> {
                if (!has.test(name)) {
                    add.accept(name, value);
                }
            });
        }
    }
}
