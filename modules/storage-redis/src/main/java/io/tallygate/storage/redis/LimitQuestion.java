package io.tallygate.storage.redis;

import io.lettuce.core.protocol.CommandArgs;
import io.tallygate.ratelimit.Algorithm;
import io.tallygate.ratelimit.Claim;
import io.tallygate.ratelimit.Counting;
import io.tallygate.ratelimit.Lease;
import io.tallygate.ratelimit.Limit;
import io.tallygate.ratelimit.LimitDecision;
import io.tallygate.ratelimit.LimitKey;
import io.tallygate.ratelimit.Periods;
import io.tallygate.ratelimit.RateLimitDecision;
import io.tallygate.ratelimit.RateLimitRequest;
import io.tallygate.ratelimit.Source;
import io.tallygate.ratelimit.Window;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request as {@code limits.lua} takes it, and what its answer means. Confined to one thread at a time. */
final class LimitQuestion {

    private static final long MICRO_NANOS = 1_000;
    /** What the answer begins with: the time, and when the lease ends. */
    private static final int HEAD = 2;
    private static final int EACH = 4;
    private static final long FITS = 1;
    private static final long COUNTS = 2;

    /** @param place of its name among the keys, from 1 */
    private record State(byte[] hash, int place) {}

    private final RateLimitRequest request;
    private final byte[] domain;
    private final byte[] lease;
    private final Map<LimitKey, State> states = new LinkedHashMap<>();
    private final List<String> keys = new ArrayList<>();

    /**
     * A question.
     *
     * @param lease the name under which permits are taken; empty for none
     * @throws IllegalArgumentException when it is about more than one domain
     */
    LimitQuestion(RateLimitRequest request, LimitNames names, byte[] lease) {
        this.request = request;
        this.lease = lease;
        String name = request.claims().getFirst().key().domain();
        this.domain = LimitNames.domain(name);
        for (Claim claim : request.claims()) {
            if (!claim.key().domain().equals(name)) {
                throw new IllegalArgumentException("domains: " + name + " and " + claim.key().domain());
            }
            states.computeIfAbsent(claim.key(), key -> add(key, claim.limit().algorithm(), names));
        }
    }

    private State add(LimitKey key, Algorithm algorithm, LimitNames names) {
        byte[] hash = LimitNames.state(key);
        String name = names.name(domain, hash);
        keys.add(name);
        int place = keys.size();
        if (algorithm == Algorithm.CONCURRENCY) {
            keys.add(LimitNames.leases(name));
        }
        return new State(hash, place);
    }

    /** The names of all states, and behind that of leases that of the named ones. */
    List<String> keys() {
        return keys;
    }

    /** Adds what the script has to know. */
    void addTo(CommandArgs<String, String> args, LimitTime time) {
        args.add("take").add(time.server().get()).add(time.keptLonger().toMillis());
        args.add(request.counting() == Counting.EACH ? "each" : "all").add(request.force() ? 1 : 0)
                .add(LimitNames.encoded(lease));
        long nanos = time.caller().getAsLong();
        for (Claim claim : request.claims()) {
            State state = states.get(claim.key());
            args.add(kind(claim.limit())).add(state == null ? 0 : state.place()).add(claim.hits()).add(claim.tested())
                    .add(claim.enforced() ? 1 : 0).add(claim.group());
            add(args, claim.limit(), nanos);
        }
    }

    private static String kind(Limit limit) {
        return switch (limit.algorithm()) {
            case FIXED_WINDOW -> limit.window() instanceof Window.Calendar ? "calendar" : "fixed";
            case TOKEN_BUCKET -> "bucket";
            case SLIDING_WINDOW -> "sliding";
            case SLIDING_LOG -> "log";
            case CONCURRENCY -> "concurrency";
        };
    }

    private static void add(CommandArgs<String, String> args, Limit limit, long nanos) {
        long tick = limit.tick().nanos() / MICRO_NANOS;
        args.add(limit.requests()).add(limit.windowTicks() * tick);
        if (limit.window() instanceof Window.Calendar) {
            Periods around = limit.periods(nanos);
            args.add(around.previousEnd() / MICRO_NANOS).add(around.end() / MICRO_NANOS)
                    .add(around.nextEnd() / MICRO_NANOS);
        } else if (limit.algorithm() == Algorithm.TOKEN_BUCKET) {
            args.add(limit.capacity()).add(limit.weight()).add(limit.rate()).add(tick);
        } else if (limit.algorithm() == Algorithm.SLIDING_WINDOW) {
            args.add(tick);
        }
    }

    /** What became of the request. */
    RateLimitDecision decision(List<Long> answer) {
        long nanos = answer.getFirst() * MICRO_NANOS;
        long[] wanted = request.wanted(i -> request.force() || fits(answer.get(HEAD + i * EACH)));
        List<LimitDecision> limits = new ArrayList<>(request.claims().size());
        boolean isAllowed = true;
        for (int i = 0; i < request.claims().size(); i++) {
            LimitDecision limit = decision(request.claims().get(i), wanted[i], nanos,
                    answer.subList(HEAD + i * EACH, HEAD + (i + 1) * EACH));
            limits.add(limit);
            isAllowed &= !limit.denies();
        }
        return new RateLimitDecision(isAllowed, Source.STORE, limits, lease(answer));
    }

    private static boolean fits(long told) {
        return (told & FITS) != 0;
    }

    private LimitDecision decision(Claim claim, long wanted, long nanos, List<Long> told) {
        boolean fits = fits(told.getFirst());
        return new LimitDecision(claim, wanted, fits || request.force(), request.force() && !fits,
                claim.limit().tick().of(nanos), told.get(1), told.get(2), told.get(3));
    }

    private Optional<Lease> lease(List<Long> answer) {
        long end = answer.get(1);
        if (end < 0) {
            return Optional.empty();
        }
        Map<LimitKey, Long> permits = new LinkedHashMap<>();
        for (int i = 0; i < request.claims().size(); i++) {
            Claim claim = request.claims().get(i);
            boolean counts = (answer.get(HEAD + i * EACH) & COUNTS) != 0;
            if (counts && claim.hits() > 0 && claim.limit().algorithm() == Algorithm.CONCURRENCY) {
                permits.merge(claim.key(), claim.hits(), Long::sum);
            }
        }
        List<LeaseTicket.Held> held = new ArrayList<>(permits.size());
        states.forEach((key, state) -> {
            Long taken = permits.get(key);
            if (taken != null) {
                held.add(new LeaseTicket.Held(state.hash(), taken));
            }
        });
        return Optional.of(new Lease(new LeaseTicket(lease, domain, held).encoded(),
                Instant.EPOCH.plus(end, ChronoUnit.MICROS)));
    }
}
