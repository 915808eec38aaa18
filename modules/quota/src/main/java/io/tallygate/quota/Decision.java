package io.tallygate.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * The answer to a request for quotas: whether it is granted, and how the limits stand then.
 *
 * @param asOf   when it was decided
 * @param shares one for each quota type, in the request's order
 * @param limits of all quota types, in that order, shorter periods first
 */
public record Decision(boolean allowed, Instant asOf, List<Share> shares, List<LimitState> limits) {

    /** How much of a quota type was granted, in units of the scale. */
    public record Share(String quotaType, int scale, long requested, long granted) {}

    /** The limits that did not leave what was asked for. */
    public List<LimitState> denied() {
        return limits.stream().filter(LimitState::denied).toList();
    }

    /** What is told when the time of coming again is over already, while its answer is on its way. */
    private static final Duration SOON = Duration.ofSeconds(1);

    /** Why it was denied, as one sentence for the caller. */
    public String denial() {
        return denied().stream().findFirst()
                .map(limit -> "of the " + Amount.text(limit.limit(), limit.scale()) + ' ' + limit.quotaType() + " per "
                        + limit.per() + ", " + Amount.text(limit.remaining(), limit.scale())
                        + " are left; nothing was changed")
                .orElse("a limit does not leave that much; nothing was changed");
    }

    /** How long to wait before asking again, at least a second; zero where nothing denied, or waiting cannot help. */
    public Duration retryAfter(Instant now) {
        return retryAt().map(at -> Duration.between(now, at)).map(wait -> wait.compareTo(SOON) < 0 ? SOON : wait)
                .orElse(Duration.ZERO);
    }

    /** When the last of the limits that denied counts from 0 again; empty where nothing denied, or waiting cannot help. */
    public Optional<Instant> retryAt() {
        return limits.stream().anyMatch(LimitState::deniesForGood)
                ? Optional.empty()
                : denied().stream().map(LimitState::end).max(Instant::compareTo);
    }

    /**
     * What this decision, of some time ago, says of other amounts of its quota types: how the limits stood then, and that
     * limits whose periods are over count from 0. It promises less than a check does.
     *
     * @param wanted of the same quota types in the same order
     * @throws io.tallygate.kernel.InvalidInputException when an amount has more fraction digits than its quota type, or is too
     *                                                   large
     */
    public Decision of(List<Wanted> wanted, Instant now) {
        var requested = new HashMap<String, Long>();
        var again = new ArrayList<Share>();
        for (int i = 0; i < wanted.size(); i++) {
            Share share = shares.get(i);
            long units = wanted.get(i).amount().units(wanted.get(i).field(), share.scale());
            requested.put(share.quotaType(), units);
            again.add(new Share(share.quotaType(), share.scale(), units, 0));
        }
        List<LimitState> states = limits.stream()
                .map(limit -> limit.of(requested.getOrDefault(limit.quotaType(), 0L), now)).toList();
        boolean isAllowed = states.stream().noneMatch(LimitState::denied);
        return new Decision(isAllowed, asOf, again.stream().map(share -> new Share(share.quotaType(), share.scale(),
                share.requested(), isAllowed ? share.requested() : 0)).toList(), states);
    }
}
