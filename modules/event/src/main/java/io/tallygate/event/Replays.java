package io.tallygate.event;

import io.tallygate.kernel.UnavailableException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.Versioned;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays of several dead letters. Each is a document, so that another process, or this one after a restart, goes on with it;
 * its version, which rises while somebody works on it, tells whether somebody does. Thread-safe; methods block, but for {@link #close}.
 */
final class Replays implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Replays.class);

    /** How many dead letters are replayed between two stores of the progress. */
    private static final int STRETCH_MAX = 64;
    /** How long such a stretch is at most, by the rate. */
    private static final int STRETCH_SECONDS = 5;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** How often it is looked for replays of which nothing is heard. */
    private static final Duration SWEEP = Duration.ofSeconds(10);
    /** How often something is heard of a replay in the time after which it is an orphan. */
    private static final int BEATS = 6;
    /** How long a replay that waits does not look whether it is time to be heard. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Ledger ledger;
    private final DeadLetters deadLetters;
    private final Map<String, Consumer> consumers;
    private final Duration orphanedAfter;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final RandomGenerator random;
    /** The ids of those that this process works on. */
    private final Set<String> mine = ConcurrentHashMap.newKeySet();
    /** When a new version of a replay was seen last, of those that others work on. Guarded by this. */
    private final Map<String, Heard> heard = new HashMap<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * @param consumers     by topic and group, as {@link #consumer} names them
     * @param orphanedAfter how long nothing is heard of a replay before another process goes on with it; zero where there is
     *                      no other process
     * @param ticker        nanoseconds that only rise
     */
    Replays(Ledger ledger, DeadLetters deadLetters, Map<String, Consumer> consumers, Duration orphanedAfter,
            InstantSource clock, LongSupplier ticker, RandomGenerator random) {
        this.ledger = ledger;
        this.deadLetters = deadLetters;
        this.consumers = consumers;
        this.orphanedAfter = orphanedAfter;
        this.clock = clock;
        this.ticker = ticker;
        this.random = random;
    }

    static String consumer(String topic, String group) {
        return topic + ' ' + group;
    }

    /** Goes on with what was begun, has not ended, and nobody works on, now and for as long as this is open. */
    void start() {
        launch("event-replay-orphans", this::adopt);
    }

    private void launch(String name, Interruptible work) {
        Thread thread = Thread.ofVirtual().name(name).unstarted(() -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.warn("{} has ended early: {}", name, e.getMessage());
            } finally {
                threads.remove(Thread.currentThread());
            }
        });
        threads.add(thread);
        thread.start();
    }

    @FunctionalInterface
    private interface Interruptible {
        void run() throws InterruptedException;
    }

    private void adopt() throws InterruptedException {
        while (!closed) {
            Duration pause = SWEEP;
            try {
                sweep();
            } catch (UnavailableException e) {
                // Writers and readiness report the store.
                forgetHeard();
                pause = PAUSE;
            } catch (RuntimeException e) {
                LOG.warn("Replays cannot be looked at; it is tried again: {}", e.getMessage());
            }
            Thread.sleep(pause);
        }
    }

    /** While the store was away nobody could be heard. */
    private synchronized void forgetHeard() {
        heard.clear();
    }

    private record Heard(long version, long nanos) {}

    /** Goes on with those of which nothing was heard for too long. */
    synchronized void sweep() {
        long now = ticker.getAsLong();
        var found = new HashSet<String>();
        for (Stored stored : all()) {
            String id = stored.run.id();
            if (stored.run.endedAt() != null || mine.contains(id) || !isConsumed(stored.run.topic())) {
                continue;
            }
            found.add(id);
            Heard last = heard.get(id);
            if (last == null || last.version != stored.version) {
                last = new Heard(stored.version, now);
                heard.put(id, last);
            }
            if (now - last.nanos >= orphanedAfter.toNanos()) {
                adopt(stored);
            }
        }
        heard.keySet().retainAll(found);
    }

    /** By another program perhaps, which has not all the consumers of another one. */
    private boolean isConsumed(String topic) {
        return consumers.keySet().stream().anyMatch(name -> name.startsWith(consumer(topic, "")));
    }

    /** With another version first, so that one process does. */
    private void adopt(Stored stored) {
        var work = new Work(stored.run, stored.version);
        if (work.save(stored.run)) {
            LOG.info("Replay {} of topic {} goes on here", stored.run.id(), stored.run.topic());
            go(work);
        }
    }

    /** What is stored, with its version. */
    private record Stored(ReplayRun run, long version) {}

    private List<Stored> all() {
        var found = new ArrayList<Stored>();
        String after = "";
        boolean more = true;
        while (more) {
            var listing = Stages.await(ledger.list(EventRows.REPLAYS, EventRows.replaySection(), after, STRETCH_MAX));
            for (Row row : listing.rows()) {
                found.add(
                        new Stored(ReplayRunCodec.read(row.id(), Objects.requireNonNull(row.document())), row.value()));
                after = row.id();
            }
            more = listing.more() && !listing.rows().isEmpty();
        }
        return found;
    }

    private Optional<Stored> find(String id) {
        Versioned found = Stages.await(ledger.documents(List.of(EventRows.replay(id)))).getFirst();
        return Optional.ofNullable(found.document())
                .map(document -> new Stored(ReplayRunCodec.read(id, document), found.version()));
    }

    Optional<ReplayRun> get(String id) {
        return find(id).map(Stored::run);
    }

    /** Forgets those that ended before a time. */
    void forgetEndedBefore(Instant time) {
        for (Stored stored : all()) {
            Instant endedAt = stored.run.endedAt();
            if (endedAt != null && endedAt.isBefore(time)) {
                Stages.await(ledger.post(new Posting(
                        List.of(new Change.Delete(EventRows.replay(stored.run.id()), stored.version)))));
            }
        }
    }

    /** What a filter means now. */
    record Matched(long count, String lastId) {}

    Matched match(String topic, DeadLetterFilter filter) {
        long count = 0;
        String last = "";
        String after = "";
        while (after != null) {
            DeadLetters.Stretch stretch = Stages.await(deadLetters.list(topic, after, STRETCH_MAX));
            for (DeadLetter letter : stretch.letters()) {
                if (isReplayable(filter, letter)) {
                    count++;
                    last = letter.id();
                }
            }
            after = stretch.after();
        }
        return new Matched(count, last);
    }

    private static boolean isReplayable(DeadLetterFilter filter, DeadLetter letter) {
        return letter.state() == DeadLetter.State.DEAD && filter.matches(letter);
    }

    ReplayRun begin(String topic, DeadLetterFilter filter, int rate) {
        Matched matched = match(topic, filter);
        Instant now = clock.instant();
        String id = String.format(Locale.ROOT, "%013d-%s", now.toEpochMilli(),
                HexFormat.of().toHexDigits(random.nextLong()));
        ReplayRun run = ReplayRun.begun(id, topic, filter, rate, matched.count, now, matched.lastId);
        // Before it is stored: else a sweep that is faster takes it for an orphan.
        mine.add(id);
        var work = new Work(run, 0);
        boolean begun = false;
        try {
            begun = work.save(run);
        } finally {
            if (!begun) {
                mine.remove(id);
            }
        }
        if (!begun) {
            throw new IllegalStateException("two replays of one id");
        }
        go(work);
        return run;
    }

    /** Whether this process works on one. */
    boolean works(String id) {
        return mine.contains(id);
    }

    /** A replay that this process works on. For one thread. */
    private final class Work {

        private ReplayRun run;
        private long version;
        private long savedNanos;

        Work(ReplayRun run, long version) {
            this.run = run;
            this.version = version;
        }

        /** False when another process works on it. */
        boolean save(ReplayRun next) {
            var put = new Change.Put(EventRows.replay(next.id()), version, ReplayRunCodec.document(next));
            var outcomes = Stages.outcomes(Stages.await(ledger.post(new Posting(List.of(put)))));
            if (outcomes.refused(0)) {
                return false;
            }
            run = next;
            version = outcomes.value(0);
            savedNanos = ticker.getAsLong();
            return true;
        }

        /** Says that somebody works on it, when that was long ago; false when another process does. */
        boolean beat() {
            boolean due = ticker.getAsLong() - savedNanos >= orphanedAfter.dividedBy(BEATS).toNanos();
            return orphanedAfter.isZero() || !due || save(run);
        }
    }

    private void go(Work work) {
        mine.add(work.run.id());
        launch("event-replay-" + work.run.id(), () -> {
            try {
                run(work);
            } finally {
                mine.remove(work.run.id());
            }
        });
    }

    private void run(Work work) throws InterruptedException {
        var pace = new Pace(work.run.rate(), System.nanoTime());
        int stretchMax = Math.clamp((long) work.run.rate() * STRETCH_SECONDS, 1, STRETCH_MAX);
        while (!closed && work.run.endedAt() == null) {
            try {
                Optional<ReplayRun> next = stretch(work, stretchMax, pace);
                if (next.isEmpty() || !work.save(next.get())) {
                    return;
                }
            } catch (UnavailableException e) {
                Thread.sleep(PAUSE);
            }
        }
    }

    /** Replays the next few, and waits for what becomes of them. Empty when another process works on it. */
    private Optional<ReplayRun> stretch(Work work, int max, Pace pace) throws InterruptedException {
        ReplayRun run = work.run;
        DeadLetters.Stretch stretch = Stages.await(deadLetters.list(run.topic(), run.range().after(), max));
        var replayed = new ArrayList<CompletableFuture<ReplayTurns.Replayed>>();
        String after = run.range().after();
        boolean last = stretch.after() == null;
        for (DeadLetter letter : stretch.letters()) {
            if (letter.id().compareTo(run.range().through()) > 0) {
                last = true;
                break;
            }
            after = letter.id();
            Consumer consumer = consumers.get(consumer(letter.topic(), letter.group()));
            if (consumer != null && isReplayable(run.filter(), letter)) {
                await(pace);
                replayed.add(consumer.replay(letter).ended());
            }
        }
        if (!await(work, replayed)) {
            return Optional.empty();
        }
        long succeeded = 0;
        long failed = 0;
        long skipped = 0;
        for (CompletableFuture<ReplayTurns.Replayed> one : replayed) {
            switch (Stages.await(one)) {
                case SUCCEEDED -> succeeded++;
                case FAILED -> failed++;
                case SKIPPED -> skipped++;
            }
        }
        ReplayRun advanced = run.advanced(succeeded, failed, skipped, after);
        return Optional.of(last ? advanced.ended(clock.instant()) : advanced);
    }

    /** Returns when all are done, or can be known no more; false when another process works on it. */
    private static boolean await(Work work, List<? extends CompletableFuture<?>> replayed) throws InterruptedException {
        CompletableFuture<Void> all = CompletableFuture.allOf(replayed.toArray(CompletableFuture[]::new));
        while (!all.isDone()) {
            try {
                all.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (!beat(work)) {
                    return false;
                }
            } catch (ExecutionException e) {
                // Whoever asks for each is told.
                return true;
            }
        }
        return true;
    }

    private static boolean beat(Work work) {
        try {
            return work.beat();
        } catch (UnavailableException e) {
            // Nobody can see whether it is heard of.
            return true;
        }
    }

    private static void await(Pace pace) throws InterruptedException {
        long wait = pace.nextInNanos(System.nanoTime());
        if (wait > 0) {
            Thread.sleep(Duration.ofNanos(wait));
        }
    }

    /** Ends the work on all of them; another process goes on with them, or this one after its next start. */
    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
    }
}
