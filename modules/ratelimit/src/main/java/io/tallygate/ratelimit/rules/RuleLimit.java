package io.tallygate.ratelimit.rules;

import io.tallygate.ratelimit.Algorithm;
import io.tallygate.ratelimit.Limit;
import io.tallygate.ratelimit.Window;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One limit of a rule.
 *
 * @param name  what callers know it by: its own name, else its path and its window
 * @param own   the name that the rules give it; empty where they give none
 * @param limit its numbers
 * @param unit  the unit of Envoy's protocol that it was written with; null where it has another window
 */
public record RuleLimit(String name, String own, Limit limit, @Nullable Unit unit) {

    /** A limit without a name of its own. */
    static RuleLimit named(List<Step> steps, Limit limit, @Nullable Unit unit) {
        String path = steps.stream().map(Step::text).collect(Collectors.joining("."));
        return new RuleLimit(path + '-' + windowText(limit), "", limit, unit);
    }

    private static String windowText(Limit limit) {
        return switch (limit.window()) {
            case Window.Length _ when limit.algorithm() == Algorithm.CONCURRENCY -> limit.algorithm().code();
            case Window.Length(Duration length) -> Durations.text(length);
            case Window.Calendar calendar -> "calendar-" + calendar.unit().code();
        };
    }

    /** The same limit, told from another of the same window. */
    RuleLimit namedByAlgorithm() {
        return new RuleLimit(name + '-' + limit.algorithm().code(), own, limit, unit);
    }

    /** What tells its state apart from those of other limits of the same key. */
    String stateCode() {
        return limit.algorithm().code() + ':' + limit.window().code();
    }
}
