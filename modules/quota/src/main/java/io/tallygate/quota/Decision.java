package io.tallygate.quota;

import java.time.Instant;
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

    /** When the last of the limits that denied counts from 0 again; empty where nothing denied, or waiting cannot help. */
    public Optional<Instant> retryAt() {
        return limits.stream().anyMatch(LimitState::deniesForGood)
                ? Optional.empty()
                : denied().stream().map(LimitState::end).max(Instant::compareTo);
    }
}
