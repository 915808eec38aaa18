package io.tallygate.handlers.recommendation;

import io.micronaut.core.order.Ordered;
import io.tallygate.counter.InteractionListener;
import io.tallygate.event.Event;
import io.tallygate.kernel.Drain;
import io.tallygate.kernel.MetricSource;
import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.recommendation.Interaction;
import io.tallygate.recommendation.Interactions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What users did, on its way into the log. Thread-safe.
 *
 * <p>It holds a bounded number, and one virtual thread appends all that waits, in events of {@link Interactions#BATCH_MAX}. Its
 * callers are on their way to an answer, so it never keeps them: what finds it full is left out and counted, and what is in it
 * when the process dies is lost. All events have one key, so that they are folded one after the other, in order.
 */
final class InteractionBuffer implements InteractionListener, MetricSource, Drain, Ordered, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InteractionBuffer.class);

    private static final String SOURCE = "urn:tallygate:interactions";
    private static final String KEY = "interactions";
    private static final Duration AFTERWARDS = Duration.ofSeconds(1);
    private static final int APPENDED_AT_ONCE_MAX = 1_000;
    private static final long PAUSE_MILLIS = 500;

    private final Function<List<Event>, ? extends CompletionStage<?>> log;
    private final Duration closeTimeout;
    private final InstantSource clock;
    private final BlockingQueue<Interaction> waiting;
    private final String self;
    private final AtomicLong number = new AtomicLong();
    private final LongAdder appended = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final Thread thread;
    /** How many were taken and are neither appended nor lost. */
    private final AtomicLong pending = new AtomicLong();
    private volatile boolean closing;

    /**
     * Starts its thread.
     *
     * @param capacity     the most that wait
     * @param log          where events are appended
     * @param self         a name that no other process has, of 1 to 100 visible ASCII characters
     * @param closeTimeout how long {@link #drain} waits for what is here
     */
    InteractionBuffer(int capacity, Function<List<Event>, ? extends CompletionStage<?>> log, String self,
            Duration closeTimeout, InstantSource clock) {
        this.waiting = new ArrayBlockingQueue<>(capacity);
        this.log = log;
        this.self = self;
        this.closeTimeout = closeTimeout;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("interactions").start(this::run);
    }

    @Override
    public void interacted(String userId, String resourceId, String counterType) {
        pending.incrementAndGet();
        if (closing || !waiting.offer(new Interaction(userId, resourceId, counterType, clock.instant()))) {
            pending.decrementAndGet();
            lost.increment();
        }
    }

    private void run() {
        var batch = new ArrayList<Interaction>();
        try {
            while (true) {
                batch.add(waiting.take());
                waiting.drainTo(batch, APPENDED_AT_ONCE_MAX - 1);
                append(batch);
                batch.clear();
            }
        } catch (InterruptedException e) {
            int left = batch.size() + waiting.size();
            lost.add(left);
            if (left > 0) {
                LOG.warn("{} interactions of users were not appended before the end", left);
            }
        }
    }

    /** Again and again while the log is away: the events have ids, so that one that was stored after all has no second effect. */
    private void append(List<Interaction> batch) throws InterruptedException {
        List<Event> events = events(batch);
        while (true) {
            try {
                log.apply(events).toCompletableFuture().join();
                appended.add(batch.size());
                break;
            } catch (RuntimeException e) {
                // Whatever it is, there are others to come.
                if (!(StageFailures.cause(e) instanceof UnavailableException)) {
                    lost.add(batch.size());
                    LOG.error("{} interactions of users cannot be appended", batch.size(), StageFailures.cause(e));
                    break;
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        }
        pending.addAndGet(-batch.size());
    }

    private List<Event> events(List<Interaction> batch) {
        var events = new ArrayList<Event>();
        for (int from = 0; from < batch.size(); from += Interactions.BATCH_MAX) {
            List<Interaction> part = batch.subList(from, Math.min(batch.size(), from + Interactions.BATCH_MAX));
            var attributes = new TreeMap<String, Object>(Map.of(Event.TIME, part.getFirst().at().toString()));
            events.add(
                    new Event(self + '-' + number.incrementAndGet(), SOURCE, InteractionEvents.TOPIC, KEY, attributes,
                            InteractionData.of(part)));
        }
        return events;
    }

    @Override
    public void bindTo(Sink sink) {
        sink.count("tallygate.recommendations.interactions.appended",
                "Increments of users that were appended to user_interactions", Map.of(), appended::sum);
        sink.count("tallygate.recommendations.interactions.lost",
                "Increments of users that were left out, because too many were waiting", Map.of(), lost::sum);
        sink.gauge("tallygate.recommendations.interactions.waiting",
                "Increments of users that wait to be appended to user_interactions", Map.of(), waiting::size);
    }

    /** Behind the servers, from which nothing comes then. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    /** Waits until all that is here is appended, within the time for it. */
    @Override
    public void drain() {
        awaitAppended(closeTimeout);
    }

    private void awaitAppended(Duration longest) {
        long end = System.nanoTime() + longest.toNanos();
        while (pending.get() > 0 && System.nanoTime() - end < 0 && thread.isAlive()) {
            try {
                TimeUnit.MILLISECONDS.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Takes nothing more, and gives what came after it was drained a moment to be appended; what is left then is lost. */
    @Override
    public void close() {
        closing = true;
        awaitAppended(AFTERWARDS);
        thread.interrupt();
        try {
            thread.join(closeTimeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
