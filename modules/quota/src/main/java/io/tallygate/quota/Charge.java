package io.tallygate.quota;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a request would have counted: of each quota type how much, and by which limits in which periods. It is fixed once, by
 * the clock of the process that decides.
 *
 * @param at    the instant by which periods were found
 * @param items in the request's order
 */
record Charge(String subject, Instant at, List<Item> items) {

    /**
     * The most limits in one request: so many fit a memo, whatever their numbers.
     */
    static final int LIMITS_MAX = 80;

    /**
     * One quota type.
     *
     * @param units  how much, in units of the scale
     * @param limits one at least, shorter periods first
     */
    record Item(String quotaType, int scale, long units, List<LimitInPeriod> limits) {}

    /** All limits of all quota types, in order: the order of the changes that are made of it. */
    List<LimitInPeriod> limits() {
        if (items.size() == 1) {
            return items.getFirst().limits;
        }
        var limits = new ArrayList<LimitInPeriod>();
        items.forEach(item -> limits.addAll(item.limits));
        return limits;
    }
}
