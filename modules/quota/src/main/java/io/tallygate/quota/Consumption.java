package io.tallygate.quota;

import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.IdempotencyKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What consumption changes, and the question whether it would be granted. Pure functions. */
final class Consumption {

    private Consumption() {}

    /** All of it or nothing. */
    static Draft normal(Charge charge, Known known) {
        return Draft.all(adds(charge, false), Terms.of(Terms.Kind.CONSUME, charge, known),
                refusedLife(charge, known, false));
    }

    /**
     * As much as is left.
     *
     * @throws InvalidInputException when it is about more than one quota type
     */
    static Draft bestEffort(Charge charge, Known known) {
        requireOneType(charge);
        return new Draft(Draft.Mode.FIT_ALL, adds(charge, false),
                Terms.of(Terms.Kind.BEST_EFFORT, charge, known), refusedLife(charge, known, true));
    }

    static void requireOneType(Charge charge) {
        if (charge.items().size() > 1) {
            throw new InvalidInputException("mode", "best_effort", "must come with one quota type");
        }
    }

    /** What has happened already, whatever the limits. It is refused only where amounts end. */
    static Draft force(Charge charge, Known known) {
        return Draft.all(adds(charge, true), Terms.of(Terms.Kind.FORCE, charge, known), IdempotencyKey.LIFE);
    }

    /** The same, where a repetition of what was refused is decided anew. */
    static Draft record(Charge charge, Known known) {
        return Draft.all(adds(charge, true), Terms.of(Terms.Kind.FORCE, charge, known), Duration.ZERO);
    }

    private static List<Step> adds(Charge charge, boolean force) {
        var steps = new ArrayList<Step>();
        for (Charge.Item item : charge.items()) {
            for (LimitInPeriod limit : item.limits()) {
                steps.add(new Step.Add(limit.used(), item.units(), Long.MIN_VALUE,
                        force ? Amount.UNITS_MAX : limit.limit().bound()));
            }
        }
        return steps;
    }

    /**
     * Whether a charge would be granted, all of it, by what is known; what is not known counts as 0. What is pending counts as
     * used.
     */
    static Decision check(Charge charge, Known known) {
        List<LimitInPeriod> limits = charge.limits();
        Terms terms = Terms.of(Terms.Kind.CONSUME, charge, known);
        var shares = new ArrayList<Decision.Share>();
        var states = new ArrayList<LimitState>();
        boolean allowed = true;
        for (Terms.Item item : terms.items()) {
            for (Terms.Line line : item.lines()) {
                LimitInPeriod limit = limits.get(states.size());
                long used = known.value(limit.used()).orElse(0);
                boolean denied = used + line.pending() > line.bound() - item.requested();
                states.add(LimitState.of(item, line, used, line.held(), denied, item.requested() <= line.bound()));
                allowed &= !denied;
            }
        }
        for (Terms.Item item : terms.items()) {
            shares.add(new Decision.Share(item.quotaType(), item.scale(), item.requested(),
                    allowed ? item.requested() : 0));
        }
        return new Decision(allowed, charge.at(), shares, states);
    }

    /**
     * How long a denial may be kept: until its {@code Retry-After} is over, and a day where waiting cannot help. Which limits
     * would deny is known before the ledger has decided only where what is used is known. Otherwise it is until the first of
     * the periods ends: a denial that is forgotten early is decided again, and one that is kept for too long would deny what is
     * allowed.
     *
     * @param part whether any part of it would be a grant
     */
    static Duration refusedLife(Charge charge, Known known, boolean part) {
        @Nullable
        Instant expected = null;
        Instant first = Period.NEVER;
        for (Charge.Item item : charge.items()) {
            long needed = part ? 1 : item.units();
            for (LimitInPeriod limit : item.limits()) {
                long bound = limit.limit().bound();
                Instant end = limit.period().end();
                if (needed > bound) {
                    return IdempotencyKey.LIFE;
                }
                OptionalLong used = known.value(limit.used());
                if (used.isPresent() && used.getAsLong() > bound - needed) {
                    expected = expected == null || end.isAfter(expected) ? end : expected;
                }
                first = end.isBefore(first) ? end : first;
            }
        }
        Instant until = expected != null ? expected : first;
        return until.isAfter(charge.at().plus(IdempotencyKey.LIFE))
                ? IdempotencyKey.LIFE
                : Duration.between(charge.at(), until);
    }
}
