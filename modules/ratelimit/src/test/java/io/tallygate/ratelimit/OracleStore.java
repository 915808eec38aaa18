package io.tallygate.ratelimit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A store without bounds, locks, hashes and expiry: the states of all keys in a map, and the rules applied to them. What any
 * other store answers is compared with it.
 */
public final class OracleStore implements RateLimitStore {

    private final Precision precision;
    private final LongSupplier clock;
    private final Map<LimitKey, Cell> states = new HashMap<>();
    private final Map<String, Leased> leases = new HashMap<>();
    private long lastLease;

    private record Leased(Leases.Name name, Set<LimitKey> keys) {}

    public OracleStore(Precision precision, LongSupplier clock) {
        this.precision = precision;
        this.clock = clock;
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public CompletionStage<RateLimitDecision> take(RateLimitRequest request) {
        return CompletableFuture.completedFuture(decide(request));
    }

    RateLimitDecision decide(RateLimitRequest request) {
        Map<LimitKey, Cell> loaded = new HashMap<>();
        request.claims().forEach(claim -> loaded.computeIfAbsent(claim.key(), this::load));
        Leases.Name name = request.leased() ? new Leases.Name(0, ++lastLease) : null;
        var cells = request.claims().stream().map(claim -> loaded.get(claim.key())).toArray(Cell[]::new);
        long nanos = clock.getAsLong();
        var round = new Round(request, cells, nanos, name);
        for (int from = 0; from < cells.length; from = request.groupEnd(from)) {
            round.test(from, request.groupEnd(from));
            round.apply(from, request.groupEnd(from));
        }
        loaded.forEach((key, cell) -> {
            if (cell.changed) {
                states.put(key, cell);
            }
        });
        return new RateLimitDecision(round.allowed(), Source.STORE, round.decisions(), lease(round, loaded, name));
    }

    /** A copy, except of a list, which is not changed unless it is kept. */
    private Cell load(LimitKey key) {
        var copy = new Cell();
        Cell state = states.get(key);
        if (state != null && state.limit() != null) {
            copy.is(state.limit(), state.used, state.at, state.extra);
            copy.log = state.log;
            copy.leases = state.leases;
        }
        return copy;
    }

    private Optional<Lease> lease(Round round, Map<LimitKey, Cell> loaded, Leases.@Nullable Name name) {
        if (name == null || !round.tookPermits()) {
            return Optional.empty();
        }
        var keys = new HashSet<LimitKey>();
        loaded.forEach((key, cell) -> {
            if (cell.leases != null && cell.leases.holds(name)) {
                keys.add(key);
            }
        });
        String id = "lease-" + name.low();
        leases.put(id, new Leased(name, keys));
        return Optional.of(new Lease(id, EpochNanos.instant(round.leaseEndNanos())));
    }

    @Override
    public CompletionStage<Void> reset(List<LimitKey> keys) {
        keys.forEach(states::remove);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Optional<Instant>> renew(String leaseId) {
        Leased leased = leases.get(leaseId);
        if (leased == null || held(leased).size() < leased.keys().size()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        long first = Long.MAX_VALUE;
        for (Cell cell : held(leased)) {
            Limit limit = cell.limit();
            if (limit != null && cell.leases != null) {
                cell.leases.renew(leased.name(), limit.tick().of(clock.getAsLong()) + limit.windowTicks());
                first = Math.min(first, cell.leases.endOf(leased.name()) * limit.tick().nanos());
            }
        }
        return CompletableFuture.completedFuture(Optional.of(EpochNanos.instant(first)));
    }

    @Override
    public CompletionStage<Void> release(String leaseId) {
        Leased leased = leases.remove(leaseId);
        if (leased != null) {
            held(leased).forEach(cell -> {
                if (cell.leases != null) {
                    cell.leases.remove(leased.name());
                }
            });
        }
        return CompletableFuture.completedFuture(null);
    }

    private List<Cell> held(Leased leased) {
        var held = new ArrayList<Cell>();
        for (LimitKey key : leased.keys()) {
            Cell cell = states.get(key);
            Limit limit = cell == null ? null : cell.limit();
            if (cell != null && limit != null && cell.leases != null && cell.leases.holds(leased.name())) {
                long now = limit.tick().of(clock.getAsLong());
                cell.refresh(limit, clock.getAsLong());
                cell.leases.dropThrough(now);
                if (cell.leases.holds(leased.name())) {
                    held.add(cell);
                }
            }
        }
        return held;
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
