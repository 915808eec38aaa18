package io.tallygate.event;

import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.Reasons;
import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.UnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes one topic for one group. Thread-safe.
 *
 * <p>One virtual thread has all the state: it takes events from the log, begins what {@link Dispatch} says, each on a thread
 * of its own, hears what became of it, and stores positions. Nothing is acknowledged before its effect, or its dead letter, is
 * stored. So after a crash at any step some events are read again, and those that had their effect have it under their key.
 */
final class Consumer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Consumer.class);

    private static final long ACKNOWLEDGE_NANOS = Duration.ofMillis(100).toNanos();
    /** How often it is stored what is done beyond positions, which is for when its keys are forgotten. */
    private static final long KEEP_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long LONGEST_WAIT_NANOS = Duration.ofMillis(500).toNanos();
    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
    /** No more is taken while so many times as many keys as may be under way wait for their turn. */
    private static final int READY_MAX = 4;

    private final EventHandler handler;
    private final EventLog log;
    private final DeadLetters deadLetters;
    private final ConsumerSettings settings;
    private final Duration closeTimeout;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final EventLog.Subscription subscription;
    private final Dispatch dispatch;
    private final LinkedBlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final ReplayTurns replays;
    private final ExecutorService workers;
    private final Thread thread;
    private final Map<Integer, Progress> partitions = new TreeMap<>();
    private long heldBytes;
    private long fetchAfterNanos;
    private boolean moreToFetch = true;
    private boolean complained;
    private final LongAdder handled = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder dead = new LongAdder();
    private volatile long lag;
    private volatile boolean stopped;
    /** Why nothing is handled; null where it is, or has not been for a moment only. */
    private volatile @Nullable String waits;
    private volatile boolean closing;

    /**
     * {@link #start} sets it going.
     *
     * @param requests     of replays; null where no other process consumes
     * @param closeTimeout how long {@link #close} waits for what is under way
     * @param ticker       nanoseconds that only rise
     * @param random       for the jitter of delays
     */
    Consumer(EventHandler handler, EventLog log, DeadLetters deadLetters, @Nullable ReplayRequests requests,
            ConsumerSettings settings, Duration closeTimeout, InstantSource clock, LongSupplier ticker,
            RandomGenerator random) {
        this.handler = handler;
        this.log = log;
        this.deadLetters = deadLetters;
        this.settings = settings;
        this.closeTimeout = closeTimeout;
        this.clock = clock;
        this.ticker = ticker;
        this.dispatch = new Dispatch(settings, random);
        this.replays = new ReplayTurns(handler, deadLetters, requests, settings.replaysMax(), clock, ticker,
                new Turns());
        this.subscription = log.subscribe(handler.topic(), handler.group(), this::wake);
        this.fetchAfterNanos = ticker.getAsLong();
        String name = "event-" + handler.topic() + '-' + handler.group();
        this.workers = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + '-', 0).factory());
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    String topic() {
        return handler.topic();
    }

    String group() {
        return handler.group();
    }

    /** Whether too many events fail, so that only one is tried now and then. */
    boolean isStopped() {
        return stopped;
    }

    ConsumerStatistics statistics() {
        // What it waited with may be another process's by now.
        return new ConsumerStatistics(topic(), group(), stopped, lag, handled.sum(), failed.sum(), dead.sum(),
                lag > 0 ? waits : null);
    }

    /** Goes on, if it was stopped. */
    void resume() {
        inbox.add(() -> {
            dispatch.resume();
            stopped = false;
        });
    }

    private void wake() {
        if (!woken.getAndSet(true)) {
            inbox.add(() -> {
                woken.set(false);
                moreToFetch = true;
            });
        }
    }

    /** Handles a dead letter's event again, in the turn of its key. */
    ReplayTurns.Replay replay(DeadLetter letter) {
        return replays.ask(letter);
    }

    /** What replays need of it. */
    private final class Turns implements ReplayTurns.Host {

        @Override
        public void tell(Runnable message) {
            inbox.add(message);
        }

        @Override
        public void add(Task task) {
            heldBytes += task.bytes;
            dispatch.add(task);
        }

        @Override
        public void abandoned(Task task) {
            heldBytes -= task.bytes;
        }

        @Override
        public boolean reads(int partition) {
            return partitions.containsKey(partition);
        }

        @Override
        public int partition(DeadLetter letter) {
            return subscription.partition(letter);
        }
    }

    private void run() {
        try {
            while (!closing || dispatch.running() > 0) {
                Runnable message = inbox.poll(waitNanos(), TimeUnit.NANOSECONDS);
                for (; message != null; message = inbox.poll()) {
                    hear(message);
                }
                if (!closing) {
                    fetch();
                    replays.look();
                    begin();
                }
                acknowledge();
                keep();
            }
            acknowledgeAtLast();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whatever is wrong with one message, the others are heard. */
    private void hear(Runnable message) {
        try {
            message.run();
        } catch (RuntimeException e) {
            LOG.error("The consumer of topic {} has failed, and goes on", topic(), e);
        }
    }

    private long waitNanos() {
        long now = ticker.getAsLong();
        if (moreToFetch && hasRoom() && fetchAfterNanos - now <= 0) {
            return 0;
        }
        long wait = Math.min(dispatch.waitNanos(now, LONGEST_WAIT_NANOS), replays.waitNanos(now));
        for (Progress progress : partitions.values()) {
            if (progress.isBehind() && !progress.acknowledging) {
                wait = Math.min(wait, progress.acknowledgedNanos + ACKNOWLEDGE_NANOS - now);
            }
        }
        return Math.max(0, wait);
    }

    /** Takes what there is, of each partition that has not too much under way already. */
    private void fetch() {
        long now = ticker.getAsLong();
        if (fetchAfterNanos - now > 0) {
            return;
        }
        moreToFetch = false;
        try {
            assign(now);
            for (Progress progress : partitions.values()) {
                if (progress.ahead() < settings.aheadMax() && hasRoom()) {
                    List<Delivery> deliveries = subscription.poll(progress.partition);
                    deliveries.forEach(delivery -> take(progress, delivery));
                    moreToFetch |= !deliveries.isEmpty();
                }
            }
            complained = false;
            lag = partitions.values().stream()
                    .mapToLong(progress -> Math.max(0, subscription.end(progress.partition) - progress.position()))
                    .sum();
        } catch (UnavailableException e) {
            fetchAfterNanos = now + PAUSE_NANOS;
        } catch (RuntimeException e) {
            fetchAfterNanos = now + PAUSE_NANOS;
            if (!complained) {
                LOG.error("Topic {} cannot be read; it is tried again each second", topic(), e);
            }
            complained = true;
        }
    }

    /** Whether what is held is little, or nothing that could be begun. */
    private boolean hasRoom() {
        return dispatch.ready() < READY_MAX * settings.maxConcurrency()
                && heldBytes < ConsumerSettings.HELD_BYTES_MAX;
    }

    private void assign(long now) {
        List<EventLog.Assigned> assigned = subscription.assigned();
        partitions.values().removeIf(progress -> {
            boolean gone = assigned.stream().noneMatch(one -> one.partition() == progress.partition);
            if (gone) {
                // Before what is left of it is abandoned, and looks done.
                var _ = acknowledge(progress);
                var _ = keep(progress, now);
                heldBytes -= progress.abandon();
                replays.left(progress.partition);
            }
            return gone;
        });
        assigned.forEach(one -> partitions.computeIfAbsent(one.partition(),
                _ -> new Progress(one, now)));
    }

    private void take(Progress progress, Delivery delivery) {
        if (progress.passes(delivery.offset())) {
            return;
        }
        int bytes = delivery.event().size();
        InvalidInputException flaw = delivery.flaw();
        var task = new Task(delivery.event().key(), true, handler.neverBlocks(), bytes,
                () -> flaw == null ? handler.handle(delivery) : CompletableFuture.failedFuture(flaw),
                (dead, failure) -> bury(letter(delivery, dead, failure)), () -> progress.done(delivery.offset()));
        progress.taken(delivery.offset(), task);
        heldBytes += bytes;
        dispatch.add(task);
    }

    private CompletionStage<?> bury(DeadLetter letter) {
        return deadLetters.add(letter).thenCompose(_ -> log.show(letter));
    }

    private DeadLetter letter(Delivery delivery, Task task, Throwable failure) {
        Failure why = Failure.of(failure);
        Instant first = Objects.requireNonNull(task.firstFailedAt);
        return new DeadLetter(DeadLetter.id(delivery, group()), topic(), group(), delivery.partition(),
                delivery.offset(),
                delivery.event(), DeadLetter.State.DEAD, why.error(), why.message(), task.failures, first,
                clock.instant(), 0, 0, null, null);
    }

    private void begin() {
        long now = ticker.getAsLong();
        for (Task task = dispatch.next(now); task != null; task = dispatch.next(now)) {
            begin(task);
        }
    }

    private void begin(Task task) {
        task.running = true;
        if (task.neverBlocks && !task.dying) {
            run(task);
        } else {
            workers.execute(() -> run(task));
        }
    }

    private void run(Task task) {
        CompletionStage<?> stage;
        try {
            stage = task.work.get();
        } catch (RuntimeException | Error e) {
            stage = CompletableFuture.failedFuture(e);
        }
        var _ = stage.whenComplete((_, failure) -> inbox.add(() -> ended(task, failure)));
    }

    private void ended(Task task, @Nullable Throwable thrown) {
        long now = ticker.getAsLong();
        task.running = false;
        if (thrown == null) {
            waitNoMore();
            dispatch.succeeded(task);
            stopped = dispatch.isStopped();
            (task.dying ? dead : handled).increment();
            heldBytes -= task.bytes;
            moreToFetch = true;
            task.whenDone.run();
            return;
        }
        Throwable failure = StageFailures.cause(thrown);
        if (failure instanceof UnavailableException || task.dying) {
            if (task.dying && !(failure instanceof UnavailableException)) {
                LOG.error("A dead letter of topic {} cannot be stored; it is tried again", topic(), failure);
            }
            dispatch.away(task, now);
            if (dispatch.isAwayForLong(now)) {
                waitFor(failure);
            }
            return;
        }
        waitNoMore();
        failed.increment();
        if (task.firstFailedAt == null) {
            task.firstFailedAt = clock.instant();
        }
        Dispatch.Verdict verdict = dispatch.failed(task, Failure.isForGood(failure), now);
        if (dispatch.isStopped() && !stopped) {
            LOG.warn("Topic {} is stopped, because too many of its events fail; last: {}", topic(),
                    Failure.of(failure).message());
        }
        stopped = dispatch.isStopped();
        if (verdict == Dispatch.Verdict.DEAD) {
            task.dying = true;
            task.work = () -> task.burial.bury(task, failure);
            begin(task);
        }
    }

    private void waitFor(Throwable failure) {
        String reason = Reasons.of(failure);
        if (waits == null) {
            LOG.warn("Topic {} waits: {}", topic(), reason);
        }
        waits = reason;
    }

    private void waitNoMore() {
        if (waits != null) {
            waits = null;
            LOG.info("Topic {} goes on", topic());
        }
    }

    private void acknowledge() {
        long now = ticker.getAsLong();
        for (Progress progress : partitions.values()) {
            if (progress.isBehind() && !progress.acknowledging
                    && now - progress.acknowledgedNanos >= ACKNOWLEDGE_NANOS) {
                progress.acknowledging = true;
                progress.acknowledgedNanos = now;
                var _ = acknowledge(progress).whenComplete((position, failure) -> inbox.add(() -> {
                    progress.acknowledging = false;
                    if (failure == null) {
                        heldBytes -= progress.acknowledged(position);
                    }
                }));
            }
        }
    }

    private void keep() {
        long now = ticker.getAsLong();
        for (Progress progress : partitions.values()) {
            if (progress.sinceKeptNanos(now) >= KEEP_NANOS) {
                var _ = keep(progress, now).whenComplete((_, failure) -> {
                    if (failure != null) {
                        inbox.add(progress::notKept);
                    }
                });
            }
        }
    }

    private CompletionStage<Void> keep(Progress progress, long now) {
        try {
            return progress.toKeep(now).map(ahead -> subscription.keep(progress.partition, ahead))
                    .orElseGet(() -> CompletableFuture.completedFuture(null));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletionStage<Long> acknowledge(Progress progress) {
        try {
            return subscription.acknowledge(progress.partition, progress.position());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** So that after a stop nothing is read again. */
    private void acknowledgeAtLast() {
        var stored = new ArrayList<CompletableFuture<?>>();
        for (Progress progress : partitions.values()) {
            if (progress.isBehind()) {
                stored.add(acknowledge(progress).toCompletableFuture());
            }
            stored.add(keep(progress, ticker.getAsLong()).toCompletableFuture());
        }
        try {
            CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new)).get(closeTimeout.toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("Positions of topic {} are not stored: what is above them is read again", topic());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Begins nothing more, and waits for what is under way, within the time for it. */
    @Override
    public void close() {
        closing = true;
        inbox.add(() -> {});
        replays.close();
        try {
            if (!thread.join(closeTimeout)) {
                LOG.warn("Events of topic {} are still under way; they are handled again", topic());
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        workers.shutdownNow();
        subscription.close();
    }
}
