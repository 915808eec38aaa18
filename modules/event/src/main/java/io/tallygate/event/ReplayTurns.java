package io.tallygate.event;

import io.tallygate.event.ReplayRequests.Request;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.UnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replays of one consumer. Each is handled in the turn of its key by the process that reads the partition of that key; where
 * that is another one than was asked, or becomes another one before it has begun, it is {@linkplain ReplayRequests requested}
 * there. For the thread of the consumer alone, but for {@link #ask} and {@link #close}, which are for all.
 */
final class ReplayTurns {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayTurns.class);

    /** The most replays that wait or run, of those for which this process was asked, and of those of others. */
    private static final int REPLAYS_MAX = 10_000;
    private static final int BYTES_AROUND = 256;
    /** How soon it is looked again where something has happened, twice as long after each look at which nothing had. */
    private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();
    private static final long LOOK_MAX_NANOS = Duration.ofSeconds(1).toNanos();

    /** What became of a replay. */
    enum Replayed {
        /** The event has had its effect. */
        SUCCEEDED,
        /** It has failed again. */
        FAILED,
        /** There was nothing to do: it had succeeded before, or is purged. */
        SKIPPED
    }

    /** The consumer. */
    interface Host {

        /** Has something done on the thread of the consumer. */
        void tell(Runnable message);

        /** Takes a task behind all others of its key. */
        void add(Task task);

        /** A task that was added and has not begun is abandoned. */
        void abandoned(Task task);

        /** Whether this process reads a partition. */
        boolean reads(int partition);

        /**
         * Where events of a dead letter's key are.
         *
         * @throws UnavailableException when that is not known now
         */
        int partition(DeadLetter letter);
    }

    private final EventHandler handler;
    private final DeadLetters deadLetters;
    private final @Nullable ReplayRequests requests;
    private final int replaysMax;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final Host host;

    private final AtomicInteger asked = new AtomicInteger();
    /** Of which nobody was told yet whether they are taken. */
    private final Set<Replay> untold = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private final Set<Replay> here = new LinkedHashSet<>();
    private final Set<Replay> elsewhere = new LinkedHashSet<>();
    /** The names of the requests that are among those that are here. */
    private final Set<String> granted = new HashSet<>();
    /** The names of requests that are over, for as long as they are found. */
    private final Set<String> over = new HashSet<>();
    private long lookNanos = LOOK_NANOS;
    private long lookAtNanos;
    private boolean complained;

    /**
     * @param requests null where there is no other process
     * @param ticker   nanoseconds that only rise
     */
    ReplayTurns(EventHandler handler, DeadLetters deadLetters, @Nullable ReplayRequests requests, int replaysMax,
            InstantSource clock, LongSupplier ticker, Host host) {
        this.handler = handler;
        this.deadLetters = deadLetters;
        this.requests = requests;
        this.replaysMax = replaysMax;
        this.clock = clock;
        this.ticker = ticker;
        this.host = host;
        this.lookAtNanos = ticker.getAsLong();
    }

    /** A dead letter that is handled as it is when its turn comes, however it was when it was asked for. */
    final class Replay {

        private final String id;
        private final String key;
        private final int failuresBefore;
        /** What another process has asked for; null where this one was asked. */
        private final @Nullable Request request;
        private int partition;
        /** Of the request with which another process was asked; empty where none was. */
        private String name = "";
        private @Nullable Task task;
        private volatile Replayed outcome = Replayed.SKIPPED;
        private final CompletableFuture<Void> taken = new CompletableFuture<>();
        private final CompletableFuture<Replayed> ended = new CompletableFuture<>();

        private Replay(DeadLetter letter) {
            this.id = letter.id();
            this.key = letter.event().key();
            this.failuresBefore = letter.replays();
            this.request = null;
        }

        private Replay(Request request) {
            this.id = request.id();
            this.key = request.key();
            this.failuresBefore = 0;
            this.request = request;
            this.partition = request.partition();
        }

        /** Completes once it waits for its turn; fails with an {@link UnavailableException} when it is not taken. */
        CompletableFuture<Void> taken() {
            return taken;
        }

        /** What became of it; fails with an {@link UnavailableException} when it was not taken, or that cannot be known. */
        CompletableFuture<Replayed> ended() {
            return ended;
        }

        private CompletionStage<?> run() {
            return deadLetters.find(handler.topic(), id).thenCompose(found -> {
                if (found.isEmpty() || found.get().state() == DeadLetter.State.REPLAYED) {
                    return CompletableFuture.completedFuture(Optional.<DeadLetter>empty());
                }
                return handler.handle(found.get().delivery())
                        .thenCompose(_ -> deadLetters.update(handler.topic(), id, letter -> {
                            outcome = Replayed.SUCCEEDED;
                            return letter.state() == DeadLetter.State.REPLAYED
                                    ? Optional.empty()
                                    : Optional.of(letter.succeeded(clock.instant()));
                        }));
            });
        }

        private CompletionStage<?> bury(Task failed, Throwable failure) {
            outcome = Replayed.FAILED;
            Instant now = clock.instant();
            return deadLetters.update(handler.topic(), id, letter -> letter.state() == DeadLetter.State.REPLAYED
                    ? Optional.empty()
                    : Optional.of(letter.failedAgain(Failure.of(failure), failed.failures, now, replaysMax)));
        }
    }

    /** Has a dead letter's event handled again. */
    Replay ask(DeadLetter letter) {
        var replay = new Replay(letter);
        if (asked.incrementAndGet() > REPLAYS_MAX) {
            fail(replay, new OverloadedException(REPLAYS_MAX));
            return replay;
        }
        untold.add(replay);
        host.tell(() -> take(replay, letter));
        if (closed) {
            // Perhaps nobody hears that any more.
            close();
        }
        return replay;
    }

    private void take(Replay replay, DeadLetter letter) {
        ReplayRequests shared = requests;
        try {
            if (shared != null) {
                replay.partition = host.partition(letter);
                if (!host.reads(replay.partition)) {
                    handOver(shared, replay);
                    return;
                }
            }
        } catch (RuntimeException e) {
            fail(replay, e);
            return;
        }
        queue(replay);
        tellTaken(replay);
    }

    private void tellTaken(Replay replay) {
        untold.remove(replay);
        replay.taken.complete(null);
    }

    private void fail(Replay replay, Throwable failure) {
        untold.remove(replay);
        if (replay.ended.completeExceptionally(failure)) {
            asked.decrementAndGet();
        }
        replay.taken.completeExceptionally(failure);
    }

    private void queue(Replay replay) {
        var task = new Task(replay.key, false, false, BYTES_AROUND, replay::run, replay::bury, () -> done(replay));
        replay.task = task;
        here.add(replay);
        host.add(task);
    }

    private void done(Replay replay) {
        here.remove(replay);
        Request request = replay.request;
        if (request == null) {
            end(replay, replay.outcome);
        } else {
            granted.remove(request.name());
            over.add(request.name());
            delete(request);
        }
    }

    private void end(Replay replay, Replayed outcome) {
        if (replay.ended.complete(outcome)) {
            asked.decrementAndGet();
        }
    }

    /** Where that fails it is found again at the next look. */
    private void delete(Request request) {
        if (requests != null) {
            var _ = requests.delete(request.name());
        }
    }

    private void handOver(ReplayRequests shared, Replay replay) {
        var _ = shared.put(replay.id, replay.partition, replay.key).whenComplete((name, failure) -> host.tell(() -> {
            if (failure != null) {
                fail(replay, StageFailures.cause(failure));
                return;
            }
            // Only what is stored for sure is done when it is found no more.
            replay.name = name;
            elsewhere.add(replay);
            tellTaken(replay);
            lookSoon();
        }));
    }

    private void lookSoon() {
        lookNanos = LOOK_NANOS;
        lookAtNanos = ticker.getAsLong() + lookNanos;
    }

    /** Another process reads a partition now, and handles what has not begun. */
    void left(int partition) {
        ReplayRequests shared = requests;
        if (shared == null) {
            return;
        }
        for (Replay replay : List.copyOf(here)) {
            Task task = Objects.requireNonNull(replay.task);
            if (replay.partition != partition || task.running) {
                continue;
            }
            task.abandoned = true;
            here.remove(replay);
            host.abandoned(task);
            if (replay.request == null) {
                handOver(shared, replay);
            } else {
                // It is there still, for whoever reads the partition.
                granted.remove(replay.request.name());
            }
        }
    }

    /** How long it is until {@link #look} has something to do. */
    long waitNanos(long nowNanos) {
        return requests == null ? Long.MAX_VALUE : Math.max(0, lookAtNanos - nowNanos);
    }

    /** Takes what others were asked for and is this process's, and hears what became of what is others'. */
    void look() {
        ReplayRequests shared = requests;
        if (shared == null || waitNanos(ticker.getAsLong()) > 0) {
            return;
        }
        try {
            lookNanos = look(shared) ? LOOK_NANOS : Math.min(2 * lookNanos, LOOK_MAX_NANOS);
            complained = false;
        } catch (UnavailableException e) {
            lookNanos = LOOK_MAX_NANOS;
        } catch (RuntimeException e) {
            lookNanos = LOOK_MAX_NANOS;
            if (!complained) {
                LOG.error("What is to be replayed of topic {} cannot be read; it is tried again each second",
                        handler.topic(), e);
            }
            complained = true;
        }
        lookAtNanos = ticker.getAsLong() + lookNanos;
    }

    /** Whether anything has happened. */
    private boolean look(ReplayRequests shared) {
        boolean moved = false;
        var found = new HashSet<String>();
        for (Request request : shared.list()) {
            found.add(request.name());
            if (over.contains(request.name())) {
                delete(request);
            } else if (host.reads(request.partition()) && here.size() < REPLAYS_MAX && granted.add(request.name())) {
                queue(new Replay(request));
                moved = true;
            }
        }
        over.retainAll(found);
        return settle(found) || moved;
    }

    /** What is found no more is done, and its dead letter tells how. */
    private boolean settle(Set<String> found) {
        List<Replay> done = elsewhere.stream().filter(replay -> !found.contains(replay.name)).toList();
        List<CompletionStage<Optional<DeadLetter>>> letters = done.stream()
                .map(replay -> deadLetters.find(handler.topic(), replay.id)).toList();
        for (int i = 0; i < done.size(); i++) {
            Replay replay = done.get(i);
            Replayed outcome = Stages.await(letters.get(i)).map(letter -> outcome(replay, letter))
                    .orElse(Replayed.SKIPPED);
            elsewhere.remove(replay);
            end(replay, outcome);
        }
        return !done.isEmpty();
    }

    private static Replayed outcome(Replay replay, DeadLetter letter) {
        if (letter.state() == DeadLetter.State.REPLAYED) {
            return Replayed.SUCCEEDED;
        }
        return letter.replays() > replay.failuresBefore ? Replayed.FAILED : Replayed.SKIPPED;
    }

    /** Refuses what was not taken. */
    void close() {
        closed = true;
        untold.forEach(replay -> fail(replay, new ShuttingDownException()));
    }
}
