package io.tallygate.cache;

import io.tallygate.cache.Invalidation.Kind;
import io.tallygate.cache.SharedLevel.Answer;
import io.tallygate.cache.SharedLevel.Lease;
import io.tallygate.cache.SharedLevel.Stored;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cache that finds a value in L1, or else has it brought, once at a time: by L2, or by the loader under L2's lease.
 * Thread-safe.
 *
 * <p>A value on its way is a {@link Flight}. What is told about its key takes the flight out of {@link #flights}, so
 * that whoever asks afterwards begins another one; what it brings no longer enters L1 then, and its lease in L2 is
 * gone.
 */
final class LevelledCache<V> implements MultiLevelCache<V>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LevelledCache.class);

    static final Duration LEASE_LIFE = Duration.ofSeconds(10);
    /** After that a load is given up: another one may begin beside it. */
    static final Duration LOAD_MAX = Duration.ofSeconds(60);
    static final Duration RESEND = Duration.ofSeconds(1);

    private static final Duration POLL_MIN = Duration.ofMillis(20);
    private static final Duration POLL_MAX = Duration.ofMillis(200);
    private static final Duration WARM_STEP = Duration.ofMillis(50);
    private static final int WARM_STEPS_PER_SECOND = 20;
    private static final int RESEND_MAX = 500;

    private final CacheSpec<V> spec;
    private final CachePolicy policy;
    private final CacheParts parts;
    private final Counts counts = new Counts();
    private final LocalLevel<V> local;
    private final ConcurrentHashMap<String, Flight<V>> flights = new ConcurrentHashMap<>();
    private final PendingChanges pending = new PendingChanges();
    private final AtomicBoolean isResending = new AtomicBoolean();
    /** Both are null for values that stay in the process. */
    private final @Nullable Envelope<V> envelope;
    private final @Nullable SharedAccess shared;
    private volatile boolean isClosed;

    /** @param levels null where processes share nothing */
    LevelledCache(CacheSpec<V> spec, CacheParts parts, SharedLevel.@Nullable Levels levels) {
        this.spec = spec;
        this.policy = spec.policy();
        this.parts = parts;
        boolean isShared = levels != null && spec.codec().isPresent();
        this.local = new LocalLevel<>(policy, isShared, parts.ticker(), parts.random(), counts);
        this.envelope = isShared ? new Envelope<>(spec.codec().get()) : null;
        this.shared = isShared && levels != null
                ? new SharedAccess(spec.name(), levels.open(spec.name(), new Following()), parts.timers(),
                        parts.ticker())
                : null;
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public boolean hasLoader() {
        return spec.loader().isPresent();
    }

    private Loader<V> loader() {
        return spec.loader()
                .orElseThrow(() -> new IllegalStateException("the cache " + spec.name() + " has no loader"));
    }

    @Override
    public CompletionStage<Cached<V>> get(String key) {
        long now = now();
        Held<V> held = hit(key, now);
        if (held == null) {
            return bring(key, loader());
        } else if (local.isEarly(held, now)) {
            spec.loader().ifPresent(loader -> refresh(key, loader, held));
        }
        return held.answer;
    }

    @Override
    public CompletionStage<Cached<V>> get(String key, Loader<V> loader) {
        long now = now();
        Held<V> held = hit(key, now);
        if (held == null) {
            return bring(key, loader);
        } else if (local.isEarly(held, now)) {
            refresh(key, loader, held);
        }
        return held.answer;
    }

    private @Nullable Held<V> hit(String key, long now) {
        Held<V> held = local.usable(key, now);
        if (held != null) {
            (held.cached.stale() ? counts.staleAnswers : counts.localHits).increment();
        }
        return held;
    }

    private long now() {
        return parts.ticker().getAsLong();
    }

    @Override
    public CompletionStage<Optional<Cached<V>>> peek(String key) {
        Held<V> held = hit(key, now());
        if (held != null) {
            return CompletableFuture.completedFuture(Optional.of(held.cached));
        }
        // First: what is told between the two questions is pending by the second, or keeps out what L2 had before.
        LocalLevel.Start start = local.start(key);
        SharedAccess level = sharedFor(key);
        if (level == null) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return level.ask(asked -> asked.peek(key)).handle((answer, failure) -> {
            if (failure != null) {
                counts.sharedFailures.increment();
                return Optional.empty();
            }
            return answer.stored().filter(stored -> stored.fresh().isPositive())
                    .flatMap(stored -> read(stored, start)).map(found -> {
                        counts.sharedHits.increment();
                        local.enter(key, start, found);
                        return found.cached;
                    });
        });
    }

    /** L2, if it may be asked about the key. */
    private @Nullable SharedAccess sharedFor(String key) {
        return shared == null || parts.effort().get() == Effort.LOCAL || pending.covers(key) ? null : shared;
    }

    private CompletionStage<Cached<V>> bring(String key, Loader<V> loader) {
        Flight<V> flight = flights.get(key);
        if (flight != null && now() - flight.start.nanos() > LOAD_MAX.toNanos()) {
            flights.remove(key, flight);
            flight = null;
        }
        if (flight != null) {
            counts.joined.increment();
            return join(flight);
        }
        Flight<V> mine = flight(key, loader);
        flight = flights.putIfAbsent(key, mine);
        if (flight != null) {
            counts.joined.increment();
            return join(flight);
        }
        CompletableFuture<Cached<V>> answer = mine.join(now() + policy.hard().toNanos()).answer();
        begin(mine);
        if (!mine.isOver()) {
            arm(mine);
            forgetLater(mine);
        }
        return answer;
    }

    /** A load that never ends is not waited for by those who come later, nor kept. */
    private void forgetLater(Flight<V> flight) {
        flight.timed(parts.timers().after(LOAD_MAX, () -> flights.remove(flight.key, flight)));
    }

    private Flight<V> flight(String key, Loader<V> loader) {
        return new Flight<>(key, loader, parts.leases().get(), local.start(key));
    }

    private CompletionStage<Cached<V>> join(Flight<V> flight) {
        long now = now();
        if (isPastSoft(flight, now)) {
            Cached<V> stale = standIn(flight, now);
            if (stale != null) {
                counts.staleAnswers.increment();
                return CompletableFuture.completedFuture(stale);
            }
        }
        Flight.Seat<V> seat = flight.join(now + policy.hard().toNanos());
        if (seat.first()) {
            arm(flight);
        }
        return seat.answer();
    }

    private boolean isPastSoft(Flight<V> flight, long now) {
        return now - flight.start.nanos() >= policy.soft().toNanos();
    }

    private void arm(Flight<V> flight) {
        long soft = flight.start.nanos() + policy.soft().toNanos() - now();
        flight.timed(parts.timers().after(Duration.ofNanos(Math.max(0, soft)), () -> tellStale(flight)));
        armHard(flight);
    }

    /** Whoever waits is told a stale value, if there is one and it is time for that. */
    private void tellStale(Flight<V> flight) {
        long now = now();
        if (!isPastSoft(flight, now)) {
            return;
        }
        Cached<V> stale = standIn(flight, now);
        if (stale != null) {
            for (CompletableFuture<Cached<V>> waiting : flight.all()) {
                counts.staleAnswers.increment();
                waiting.complete(stale);
            }
        }
    }

    private void armHard(Flight<V> flight) {
        Long next = flight.nextHardAt();
        if (next != null) {
            flight.timedHard(parts.timers().after(Duration.ofNanos(Math.max(0, next - now())), () -> {
                tellStale(flight);
                for (CompletableFuture<Cached<V>> waiting : flight.overdue(now())) {
                    waiting.completeExceptionally(new StoreUnavailableException("the cache " + spec.name()
                            + " has had no value for " + policy.hard().toMillis() + " ms", new TimeoutException()));
                }
                armHard(flight);
            }));
        }
    }

    /** What stands in, if anything may. */
    private @Nullable Cached<V> standIn(Flight<V> flight, long now) {
        Held<V> held = local.standIn(flight.key, now);
        if (held == null) {
            held = found(flight, now);
        }
        return held == null ? null : held.cached.asStale();
    }

    private @Nullable Held<V> found(Flight<V> flight, long now) {
        Held<V> found = flight.found;
        return found != null && now - found.staleUntil < 0 && local.isCurrent(flight.key, flight.start) ? found : null;
    }

    private void begin(Flight<V> flight) {
        Held<V> held = local.usable(flight.key, now());
        if (held != null && !held.cached.stale()) {
            // Another flight has landed since its value was looked for.
            counts.localHits.increment();
            end(flight, held.cached);
        } else {
            readShared(flight, POLL_MIN);
        }
    }

    private void readShared(Flight<V> flight, Duration poll) {
        SharedAccess level = sharedFor(flight.key);
        if (level == null) {
            load(flight, null);
            return;
        }
        var _ = level.ask(asked -> asked.read(flight.key, flight.lease, LEASE_LIFE)).whenComplete(
                (answer, failure) -> {
                    if (failure != null) {
                        counts.sharedFailures.increment();
                        load(flight, null);
                    } else {
                        read(flight, answer, level, poll);
                    }
                });
    }

    private void read(Flight<V> flight, Answer answer, SharedAccess level, Duration poll) {
        Held<V> found = answer.stored().flatMap(stored -> read(stored, flight.start)).orElse(null);
        if (found != null && now() - found.freshUntil < 0) {
            counts.sharedHits.increment();
            land(flight, found);
            return;
        }
        if (found != null) {
            flight.found = found;
            tellStale(flight);
        }
        switch (answer.lease()) {
            case GRANTED -> load(flight, level);
            // What is there cannot be read: it is left to those who can.
            case NONE -> load(flight, null);
            case HELD -> wait(flight, poll);
        }
    }

    /** Somebody else loads it. */
    private void wait(Flight<V> flight, Duration poll) {
        if (flight.isOver() || isClosed) {
            return;
        }
        if (now() - flight.start.nanos() >= LOAD_MAX.toNanos()) {
            fail(flight, new StoreUnavailableException("another process has loaded a value of the cache " + spec.name()
                    + " for " + LOAD_MAX.toSeconds() + " s", new TimeoutException()));
            return;
        }
        Duration next = poll.multipliedBy(2);
        parts.timers().after(poll, () -> readShared(flight, next.compareTo(POLL_MAX) < 0 ? next : POLL_MAX));
    }

    /** A value of L2 as it is in L1; expired as it is there. Empty, and counted, when it cannot be read. */
    private Optional<Held<V>> read(Stored stored, LocalLevel.Start start) {
        if (envelope == null) {
            return Optional.empty();
        }
        Optional<Envelope.Content<V>> content = envelope.read(stored.document());
        if (content.isEmpty()) {
            counts.unreadable.increment();
            return Optional.empty();
        }
        var cached = new Cached<>(content.get().value(), parts.clock().instant().minus(stored.age()), false);
        return Optional.of(
                local.held(cached, start, stored.fresh().toNanos(), content.get().load().toNanos()));
    }

    /** @param leasedBy what its lease is from; null when it has none */
    private void load(Flight<V> flight, @Nullable SharedAccess leasedBy) {
        long began = now();
        Instant asOf = parts.clock().instant();
        if (leasedBy != null) {
            renew(flight, leasedBy);
        }
        CompletionStage<Optional<V>> loading;
        try {
            loading = flight.loader.load(flight.key);
        } catch (RuntimeException e) {
            loading = CompletableFuture.failedFuture(e);
        }
        var _ = loading.whenComplete((value, failure) -> {
            counts.loads.increment();
            counts.loadNanos.add(now() - began);
            if (failure != null || value == null) {
                counts.loadFailures.increment();
                fail(flight, failure == null
                        ? new NullPointerException("a loader of the cache " + spec.name() + " answered null")
                        : StageFailures.cause(failure));
                if (leasedBy != null) {
                    var _ = leasedBy.finish(level -> level.release(flight.key, flight.lease));
                }
            } else {
                loaded(flight, new Cached<>(value, asOf, false), now() - began, leasedBy);
            }
        });
    }

    private void renew(Flight<V> flight, SharedAccess leasedBy) {
        flight.timed(parts.timers().after(LEASE_LIFE.dividedBy(3), () -> {
            if (!flight.isOver() && now() - flight.start.nanos() < LOAD_MAX.toNanos()) {
                var _ = leasedBy.finish(level -> level.renew(flight.key, flight.lease, LEASE_LIFE));
                renew(flight, leasedBy);
            }
        }));
    }

    private void loaded(Flight<V> flight, Cached<V> cached, long loadNanos, @Nullable SharedAccess leasedBy) {
        boolean isThere = cached.value().isPresent();
        long sharedNanos = leasedBy == null
                ? Held.FAR_NANOS
                : local.jittered(isThere ? policy.sharedLife() : policy.negativeLife());
        Held<V> held = local.held(cached, flight.start, sharedNanos, loadNanos);
        // First, so that a fill that is refused finds it here.
        land(flight, held);
        if (leasedBy != null && !isThere && policy.negativeLife().isZero()) {
            var _ = leasedBy.finish(level -> level.release(flight.key, flight.lease));
        } else if (leasedBy != null) {
            fill(flight, held, sharedNanos, leasedBy);
        }
    }

    private void fill(Flight<V> flight, Held<V> held, long sharedNanos, SharedAccess leasedBy) {
        if (envelope == null) {
            return;
        }
        byte[] document;
        try {
            document = envelope.write(held.cached.value(), Duration.ofNanos(held.loadNanos));
        } catch (RuntimeException unwritable) {
            LOG.warn("A value of the cache {} cannot be written, and is not shared", spec.name(), unwritable);
            counts.sharedFailures.increment();
            var _ = leasedBy.finish(level -> level.release(flight.key, flight.lease));
            return;
        }
        Duration stale = held.cached.value().isPresent() ? policy.staleLife() : Duration.ZERO;
        var _ = leasedBy.finish(level -> level.fill(flight.key, flight.lease, document, Duration.ofNanos(sharedNanos),
                stale)).whenComplete((filled, failure) -> {
                    if (failure != null) {
                        counts.sharedFailures.increment();
                    } else if (!filled) {
                        // Something was told meanwhile, or the load took too long: nobody can say what it is worth.
                        counts.fillsRefused.increment();
                        local.remove(flight.key, held);
                    }
                });
    }

    private void land(Flight<V> flight, Held<V> held) {
        flight.tell(waiting -> waiting.complete(held.cached));
        local.enter(flight.key, flight.start, held);
        flights.remove(flight.key, flight);
    }

    private void end(Flight<V> flight, Cached<V> cached) {
        flight.tell(waiting -> waiting.complete(cached));
        flights.remove(flight.key, flight);
    }

    private void fail(Flight<V> flight, Throwable failure) {
        long now = now();
        Held<V> here = local.standIn(flight.key, now);
        Held<V> stale = here == null ? found(flight, now) : here;
        if (stale == null || isAnswer(failure)) {
            flight.tell(waiting -> waiting.completeExceptionally(failure));
        } else {
            Cached<V> cached = stale.cached.asStale();
            flight.tell(waiting -> {
                counts.staleAnswers.increment();
                waiting.complete(cached);
            });
            if (here == null) {
                local.enterStandIn(flight.key, stale, flight.start);
            } else {
                local.letStandIn(flight.key, here, flight.start);
            }
        }
        flights.remove(flight.key, flight);
    }

    /** Whether it is the source's word on the key, and not a sign that it is away: nothing stands in for that. */
    private static boolean isAnswer(Throwable failure) {
        return failure instanceof DomainProblemException || failure instanceof InvalidInputException;
    }

    /** Begins to load before a value's life is over, unless that has begun already, here or elsewhere. */
    private void refresh(String key, Loader<V> loader, Held<V> held) {
        if (parts.effort().get() != Effort.FULL || flights.containsKey(key)) {
            return;
        }
        // Whatever comes of it, the next try is not made at once.
        held.earlyFrom = now() + policy.retry().toNanos();
        Flight<V> flight = flight(key, loader);
        if (flights.putIfAbsent(key, flight) != null) {
            return;
        }
        counts.earlyRefreshes.increment();
        forgetLater(flight);
        SharedAccess level = sharedFor(key);
        if (level == null) {
            load(flight, null);
            return;
        }
        var _ = level.ask(asked -> asked.lease(key, flight.lease, LEASE_LIFE)).whenComplete((granted, failure) -> {
            if (failure == null && granted) {
                load(flight, level);
            } else if (flight.endUnlessAwaited(waiting -> waiting.complete(held.cached))) {
                flights.remove(key, flight);
            } else {
                readShared(flight, POLL_MIN);
            }
        });
    }

    @Override
    public CompletionStage<Reach> put(String key, V value) {
        if (shared == null || envelope == null) {
            apply(new Invalidation(Kind.INVALIDATE, Optional.of(key)));
            enter(key, value, Held.FAR_NANOS);
            return CompletableFuture.completedFuture(Reach.SENT);
        }
        byte[] document = envelope.write(Optional.of(value), Duration.ZERO);
        PendingChanges.Change change = pending.add(new Invalidation(Kind.INVALIDATE, Optional.of(key)));
        apply(change.what);
        long sharedNanos = local.jittered(policy.sharedLife());
        enter(key, value, sharedNanos);
        // Where there was no room for the key's change, it became one of all keys, which has to be told itself.
        boolean isOfKey = change.what.key().isPresent();
        return sent(List.of(change), shared.ask(level -> (isOfKey
                ? CompletableFuture.<Void>completedFuture(null)
                : level.tell(List.of(change.what)))
                .thenCompose(_ -> level.put(key, document, Duration.ofNanos(sharedNanos), policy.staleLife()))));
    }

    private void enter(String key, V value, long sharedNanos) {
        LocalLevel.Start start = local.start(key);
        var cached = new Cached<>(Optional.of(value), parts.clock().instant(), false);
        local.enter(key, start, local.held(cached, start, sharedNanos, 0));
    }

    @Override
    public CompletionStage<Reach> invalidate(String key) {
        return change(Kind.INVALIDATE, Optional.of(key));
    }

    @Override
    public CompletionStage<Reach> invalidateAll() {
        return change(Kind.INVALIDATE, Optional.empty());
    }

    @Override
    public CompletionStage<Reach> expire(String key) {
        return change(Kind.EXPIRE, Optional.of(key));
    }

    @Override
    public CompletionStage<Reach> expireAll() {
        return change(Kind.EXPIRE, Optional.empty());
    }

    /** It is pending before it is in effect here, so that nobody gets from L2 what is no longer valid here. */
    private CompletionStage<Reach> change(Kind kind, Optional<String> key) {
        if (shared == null) {
            apply(new Invalidation(kind, key));
            return CompletableFuture.completedFuture(Reach.SENT);
        }
        PendingChanges.Change change = pending.add(new Invalidation(kind, key));
        apply(change.what);
        return sent(List.of(change), shared.ask(level -> level.tell(List.of(change.what))));
    }

    private CompletionStage<Reach> sent(List<PendingChanges.Change> changes, CompletionStage<Void> sending) {
        return sending.handle((_, failure) -> {
            if (failure == null) {
                counts.sent.add(changes.size());
                changes.forEach(pending::confirmed);
                return Reach.SENT;
            }
            counts.sharedFailures.increment();
            resendLater();
            return Reach.PENDING;
        });
    }

    private void resendLater() {
        if (!isClosed && isResending.compareAndSet(false, true)) {
            parts.timers().after(RESEND, this::resend);
        }
    }

    private void resend() {
        isResending.set(false);
        List<PendingChanges.Change> some = pending.some(RESEND_MAX);
        if (shared == null || some.isEmpty()) {
            return;
        }
        var _ = sent(some, shared.ask(level -> level.tell(some.stream().map(change -> change.what).toList())))
                .thenAccept(reach -> {
                    if (reach == Reach.SENT && pending.count() > 0) {
                        resend();
                    }
                });
    }

    private void apply(Invalidation what) {
        boolean expires = what.kind() == Kind.EXPIRE;
        if (what.key().isEmpty()) {
            applyToAll(expires);
            return;
        }
        String key = what.key().get();
        if (expires) {
            local.expire(key);
        } else {
            local.invalidate(key);
        }
        flights.remove(key);
    }

    private void applyToAll(boolean expires) {
        if (expires) {
            local.expireAll();
        } else {
            local.invalidateAll();
        }
        flights.clear();
    }

    @Override
    public CompletionStage<WarmUp> warm(Collection<String> keys) {
        return warmUp(keys).thenApply(WarmedUp::told);
    }

    /** As {@link #warm}, and says why keys failed. */
    CompletionStage<WarmedUp> warmUp(Collection<String> keys) {
        Loader<V> loader = loader();
        var warming = new Warming(List.copyOf(keys), loader, now());
        counts.warmUpLeft.add(keys.size());
        warming.step();
        return warming.done;
    }

    /** A warm-up under way: a step begins when the one before is done, and not too soon after it began. */
    private final class Warming {

        private final List<String> keys;
        private final Loader<V> loader;
        private final long began;
        private final CompletableFuture<WarmedUp> done = new CompletableFuture<>();
        private int next;
        private int loaded;
        private final List<String> unanswered = new ArrayList<>();

        Warming(List<String> keys, Loader<V> loader, long began) {
            this.keys = keys;
            this.loader = loader;
            this.began = began;
        }

        private void step() {
            if (next == keys.size() || isClosed) {
                counts.warmUpLeft.add(next - keys.size());
                done.complete(new WarmedUp(new WarmUp(loaded, keys.size() - loaded,
                        Duration.ofNanos(now() - began).toMillis()), List.copyOf(unanswered)));
                return;
            }
            int most = Math.max(1, policy.warmRate() / WARM_STEPS_PER_SECOND);
            List<String> some = keys.subList(next, Math.min(keys.size(), next + most));
            next += some.size();
            long stepBegan = now();
            var gets = some.stream().map(key -> get(key, loader).toCompletableFuture()).toList();
            var _ = CompletableFuture.allOf(gets.toArray(CompletableFuture[]::new)).whenComplete((_, _) -> {
                counts.warmUpLeft.add(-some.size());
                for (int i = 0; i < gets.size(); i++) {
                    count(some.get(i), gets.get(i));
                }
                long wait = next == keys.size() ? 0 : stepBegan + WARM_STEP.toNanos() - now();
                parts.timers().after(Duration.ofNanos(Math.max(0, wait)), this::step);
            });
        }

        private void count(String key, CompletableFuture<Cached<V>> get) {
            if (!get.isCompletedExceptionally()) {
                loaded += get.join().stale() ? 0 : 1;
            } else if (!isAnswer(StageFailures.cause(get.exceptionNow()))) {
                unanswered.add(key);
            }
        }
    }

    @Override
    public CacheFigures figures() {
        return counts.figures(local.entries(), pending.count());
    }

    @Override
    public void close() {
        isClosed = true;
        if (shared != null) {
            shared.close();
        }
    }

    /** Hears what other processes tell. */
    private final class Following implements SharedLevel.Follower {

        @Override
        public void heard() {
            local.heard();
        }

        @Override
        public void told(Invalidation what) {
            counts.received.increment();
            apply(what);
        }

        @Override
        public void lost() {
            local.lost();
            flights.clear();
        }
    }
}
