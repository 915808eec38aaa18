package io.tallygate.grpc.ratelimit;

import io.tallygate.grpc.Values;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ratelimit.Algorithm;
import io.tallygate.ratelimit.Claim;
import io.tallygate.ratelimit.Counting;
import io.tallygate.ratelimit.Limit;
import io.tallygate.ratelimit.LimitDecision;
import io.tallygate.ratelimit.LimitKey;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitDecision;
import io.tallygate.ratelimit.RateLimitRequest;
import io.tallygate.ratelimit.Window;
import io.tallygate.ratelimit.v1.CalendarWindow;
import io.tallygate.ratelimit.v1.ClaimDecision;
import io.tallygate.ratelimit.v1.Lease;
import io.tallygate.ratelimit.v1.LimitClaim;
import io.tallygate.ratelimit.v1.LimitNumbers;
import io.tallygate.ratelimit.v1.LimitRequest;
import io.tallygate.ratelimit.v1.LimitResult;
import io.tallygate.ratelimit.v1.StorePrecision;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** What gateways ask of a store, and what it answers, between messages and the domain's types. */
final class StoreMessages {

    private StoreMessages() {}

    /**
     * A request with its limits as the store counts them.
     *
     * @param field what errors call it, such as {@code requests[3].}
     * @throws InvalidInputException when it breaks a rule, which no gateway's does
     */
    static RateLimitRequest request(String field, LimitRequest message, Precision precision) {
        Values.requireSize(field + "claims", message.getClaimsCount(), RateLimitRequest.CLAIMS_MAX);
        List<Claim> claims = new ArrayList<>(message.getClaimsCount());
        try {
            for (LimitClaim claim : message.getClaimsList()) {
                claims.add(new Claim(key(claim.getKey()), "", limit(claim.getLimit(), precision), claim.getHits(),
                        claim.getTested(), claim.getEnforced(), claim.getGroup()));
            }
            return new RateLimitRequest(claims,
                    message.getAllOrNothing() ? Counting.ALL_OR_NOTHING : Counting.EACH, message.getForce(),
                    message.getLeased());
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new InvalidInputException(field + "claims", "", "must be what a gateway sends: " + e.getMessage());
        }
    }

    static LimitKey key(io.tallygate.ratelimit.v1.LimitKey message) {
        return LimitKey.restored(message.getDomain(), message.getText());
    }

    private static Limit limit(LimitNumbers message, Precision precision) {
        Algorithm algorithm = algorithm(message);
        long requests = Integer.toUnsignedLong(message.getRequests());
        Window window = message.hasCalendar()
                ? calendar(message.getCalendar())
                : new Window.Length(Duration.ofMillis(message.getLengthMillis()));
        return algorithm == Algorithm.TOKEN_BUCKET
                ? Limit.tokenBucket(requests, Integer.toUnsignedLong(message.getBurst()), window, precision)
                : Limit.of(algorithm, requests, window, precision);
    }

    private static Algorithm algorithm(LimitNumbers message) {
        return switch (message.getAlgorithm()) {
            case ALGORITHM_FIXED_WINDOW -> Algorithm.FIXED_WINDOW;
            case ALGORITHM_TOKEN_BUCKET -> Algorithm.TOKEN_BUCKET;
            case ALGORITHM_SLIDING_WINDOW -> Algorithm.SLIDING_WINDOW;
            case ALGORITHM_SLIDING_LOG -> Algorithm.SLIDING_LOG;
            case ALGORITHM_CONCURRENCY -> Algorithm.CONCURRENCY;
            case ALGORITHM_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("algorithm " + message.getAlgorithmValue());
        };
    }

    private static Window calendar(CalendarWindow message) {
        return new Window.Calendar(switch (message.getUnit()) {
            case UNIT_DAY -> Window.Calendar.Unit.DAY;
            case UNIT_WEEK -> Window.Calendar.Unit.WEEK;
            case UNIT_MONTH -> Window.Calendar.Unit.MONTH;
            case UNIT_YEAR -> Window.Calendar.Unit.YEAR;
            default -> throw new IllegalArgumentException("unit " + message.getUnitValue());
        }, ZoneId.of(message.getZone()));
    }

    static LimitResult result(RateLimitDecision decision) {
        var result = LimitResult.newBuilder().setAllowed(decision.allowed());
        for (LimitDecision claim : decision.limits()) {
            result.addClaims(ClaimDecision.newBuilder().setAllowed(claim.allowed()).setOver(claim.over())
                    .setNow(claim.now()).setUsed(claim.used()).setAt(claim.at()).setExtra(claim.extra()));
        }
        decision.lease().ifPresent(lease -> result.setLease(
                Lease.newBuilder().setLeaseId(lease.id()).setExpiresAt(Values.timestamp(lease.expiresAt()))));
        return result.build();
    }

    static StorePrecision precision(Precision precision) {
        return switch (precision) {
            case MEMORY -> StorePrecision.STORE_PRECISION_MEMORY;
            case REDIS -> StorePrecision.STORE_PRECISION_REDIS;
        };
    }
}
