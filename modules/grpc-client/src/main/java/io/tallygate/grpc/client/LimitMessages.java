package io.tallygate.grpc.client;

import com.google.protobuf.Timestamp;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ratelimit.Algorithm;
import io.tallygate.ratelimit.Claim;
import io.tallygate.ratelimit.Counting;
import io.tallygate.ratelimit.Lease;
import io.tallygate.ratelimit.Limit;
import io.tallygate.ratelimit.LimitDecision;
import io.tallygate.ratelimit.LimitKey;
import io.tallygate.ratelimit.LimitStoreFullException;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitDecision;
import io.tallygate.ratelimit.RateLimitRequest;
import io.tallygate.ratelimit.Source;
import io.tallygate.ratelimit.Window;
import io.tallygate.ratelimit.v1.CalendarWindow;
import io.tallygate.ratelimit.v1.ClaimDecision;
import io.tallygate.ratelimit.v1.LimitClaim;
import io.tallygate.ratelimit.v1.LimitNumbers;
import io.tallygate.ratelimit.v1.LimitRequest;
import io.tallygate.ratelimit.v1.LimitResult;
import io.tallygate.ratelimit.v1.StorePrecision;
import io.tallygate.ratelimit.v1.Unit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a store of limits is asked, and what it answers, between the domain's types and messages. */
final class LimitMessages {

    private LimitMessages() {}

    static LimitRequest request(RateLimitRequest request) {
        var message = LimitRequest.newBuilder().setAllOrNothing(request.counting() == Counting.ALL_OR_NOTHING)
                .setForce(request.force()).setLeased(request.leased());
        for (Claim claim : request.claims()) {
            message.addClaims(LimitClaim.newBuilder().setKey(key(claim.key())).setLimit(numbers(claim.limit()))
                    .setHits(claim.hits()).setTested(claim.tested()).setEnforced(claim.enforced())
                    .setGroup(claim.group()));
        }
        return message.build();
    }

    static io.tallygate.ratelimit.v1.LimitKey key(LimitKey key) {
        return io.tallygate.ratelimit.v1.LimitKey.newBuilder().setDomain(key.domain()).setText(key.text()).build();
    }

    private static LimitNumbers numbers(Limit limit) {
        var numbers = LimitNumbers.newBuilder().setAlgorithm(algorithm(limit.algorithm()))
                .setRequests((int) limit.requests()).setBurst((int) limit.burst());
        switch (limit.window()) {
            case Window.Length(Duration length) -> numbers.setLengthMillis(length.toMillis());
            case Window.Calendar(var unit, var zone) ->
                numbers.setCalendar(CalendarWindow.newBuilder().setUnit(unit(unit)).setZone(zone.getId()));
        }
        return numbers.build();
    }

    private static io.tallygate.ratelimit.v1.Algorithm algorithm(Algorithm algorithm) {
        return switch (algorithm) {
            case FIXED_WINDOW -> io.tallygate.ratelimit.v1.Algorithm.ALGORITHM_FIXED_WINDOW;
            case TOKEN_BUCKET -> io.tallygate.ratelimit.v1.Algorithm.ALGORITHM_TOKEN_BUCKET;
            case SLIDING_WINDOW -> io.tallygate.ratelimit.v1.Algorithm.ALGORITHM_SLIDING_WINDOW;
            case SLIDING_LOG -> io.tallygate.ratelimit.v1.Algorithm.ALGORITHM_SLIDING_LOG;
            case CONCURRENCY -> io.tallygate.ratelimit.v1.Algorithm.ALGORITHM_CONCURRENCY;
        };
    }

    private static Unit unit(Window.Calendar.Unit unit) {
        return switch (unit) {
            case DAY -> Unit.UNIT_DAY;
            case WEEK -> Unit.UNIT_WEEK;
            case MONTH -> Unit.UNIT_MONTH;
            case YEAR -> Unit.UNIT_YEAR;
        };
    }

    /**
     * The decision about a request.
     *
     * @throws StoreUnavailableException when the service's own store did not answer
     * @throws LimitStoreFullException   when it had no room
     */
    static RateLimitDecision decision(RateLimitRequest request, LimitResult result, Precision precision) {
        switch (result.getFailure()) {
            case TAKE_FAILURE_UNSPECIFIED -> {
            }
            case TAKE_FAILURE_FULL -> throw new LimitStoreFullException("the ratelimit service has no room");
            case TAKE_FAILURE_AWAY, UNRECOGNIZED -> throw new StoreUnavailableException(
                    "the store of the ratelimit service does not answer", new IllegalStateException());
        }
        long[] wanted = request.wanted(i -> result.getClaims(i).getAllowed());
        List<LimitDecision> limits = new ArrayList<>(request.claims().size());
        for (int i = 0; i < request.claims().size(); i++) {
            ClaimDecision decided = result.getClaims(i);
            limits.add(new LimitDecision(asCounted(request.claims().get(i), precision), wanted[i],
                    decided.getAllowed(), decided.getOver(), decided.getNow(), decided.getUsed(), decided.getAt(),
                    decided.getExtra()));
        }
        return new RateLimitDecision(result.getAllowed(), Source.STORE, limits,
                result.hasLease()
                        ? Optional.of(new Lease(result.getLease().getLeaseId(),
                                instant(result.getLease().getExpiresAt())))
                        : Optional.empty());
    }

    /** The claim with its limit as the service counts it: what the decision says is in that one's ticks. */
    private static Claim asCounted(Claim claim, Precision precision) {
        Limit limit = claim.limit();
        if (limit.precision() == precision) {
            return claim;
        }
        Limit counted = limit.algorithm() == Algorithm.TOKEN_BUCKET
                ? Limit.tokenBucket(limit.requests(), limit.burst(), limit.window(), precision)
                : Limit.of(limit.algorithm(), limit.requests(), limit.window(), precision);
        return new Claim(claim.key(), claim.name(), counted, claim.hits(), claim.tested(), claim.enforced(),
                claim.group());
    }

    static Precision precision(StorePrecision precision) {
        return switch (precision) {
            case STORE_PRECISION_MEMORY -> Precision.MEMORY;
            case STORE_PRECISION_REDIS -> Precision.REDIS;
            case STORE_PRECISION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException("the ratelimit service does not say its store's precision");
        };
    }

    static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }
}
