package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.ledger.IdempotencyKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What refunds, resets and top-ups change. Pure functions. A refund and a reset give nothing back of what is held, which is a
 * row of its own: they are made from what was read, and refused when that has moved.
 */
final class GivingBack {

    private GivingBack() {}

    /**
     * Gives back up to an amount of one quota type: of each limit as much as is used and not held.
     *
     * @param charge with one quota type, in the periods of the time that the refund is for
     * @param read   the rows of usage and of what is held, all of them
     */
    static Draft refund(Charge charge, Known read) {
        Charge.Item item = charge.items().getFirst();
        var steps = new ArrayList<Step>();
        var lines = new ArrayList<Terms.Line>();
        for (LimitInPeriod limit : item.limits()) {
            long back = giveBack(steps, limit, item.units(), read);
            lines.add(Terms.Line.of(limit, read, back));
        }
        var terms = new Terms(Terms.Kind.REFUND, charge.at(),
                List.of(new Terms.Item(item.quotaType(), item.scale(), item.units(), item.units(), lines)), null);
        return Draft.all(steps, terms, Duration.ZERO);
    }

    /**
     * Takes usage down to what is held. Usage below that, because credit was paid in, stays.
     *
     * @param limits those of one quota type, in the periods that are running
     * @param read   the rows of usage and of what is held, all of them
     */
    static Draft reset(List<LimitInPeriod> limits, Known read) {
        var steps = new ArrayList<Step>();
        for (LimitInPeriod limit : limits) {
            giveBack(steps, limit, Long.MAX_VALUE, read);
        }
        return Draft.all(steps, null, Duration.ZERO);
    }

    /**
     * Where all can be given back, the draft stays right when more is used meanwhile. Where less can, it is right for this
     * usage alone; where nothing can, for less usage, too.
     */
    private static long giveBack(List<Step> steps, LimitInPeriod limit, long units, Known read) {
        long held = read.value(limit.held()).orElse(0);
        long free = Math.max(0, read.value(limit.used()).orElse(0) - held);
        long back = Math.min(units, free);
        steps.add(new Step.Add(limit.held(), 0, held, held));
        if (back == units) {
            steps.add(new Step.Add(limit.used(), -back, held, Long.MAX_VALUE));
        } else {
            steps.add(new Step.Add(limit.used(), -back, back > 0 ? held : Long.MIN_VALUE, held));
        }
        return back;
    }

    /**
     * Pays credit in: takes an amount off what is used of a quota type's lifetime limit, below 0 if need be.
     *
     * @throws DomainProblemException when there is no such limit
     */
    static Draft topUp(SubjectLimits limits, Wanted wanted, Known known, Instant now) {
        Charge charge = limits.charge(List.of(wanted), now);
        Charge.Item item = charge.items().getFirst();
        LimitInPeriod lifetime = item.limits().stream().filter(limit -> limit.limit().per().equals(Per.LIFETIME))
                .findFirst().orElseThrow(() -> new DomainProblemException(QuotaProblem.NO_LIFETIME_LIMIT,
                        "the subject's plan has no lifetime limit on " + item.quotaType()));
        var terms = new Terms(Terms.Kind.TOP_UP, charge.at(), List.of(new Terms.Item(item.quotaType(), item.scale(),
                item.units(), item.units(), List.of(Terms.Line.of(lifetime, known, item.units())))), null);
        return Draft.all(List.of(new Step.Add(lifetime.used(), -item.units(), -Amount.UNITS_MAX, Long.MAX_VALUE)),
                terms, IdempotencyKey.LIFE);
    }
}
