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
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays of several dead letters. Each is a document, so that another process, or this one after a restart, goes on with it;
 * its version tells whether somebody still works on it. Thread-safe; methods block, but for {@link #close}.
 */
final class Replays implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Replays.class);

    /** How many dead letters are replayed between two stores of the progress. */
    private static final int STRETCH_MAX = 64;
    /** How long such a stretch is at most, by the rate. */
    private static final int STRETCH_SECONDS = 5;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Ledger ledger;
    private final DeadLetters deadLetters;
    private final Map<String, Consumer> consumers;
    private final Duration orphanedAfter;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * @param consumers     by topic and group, as {@link #consumer} names them
     * @param orphanedAfter how long nothing is heard of a replay before another process goes on with it; zero where there is
     *                      no other process
     */
    Replays(Ledger ledger, DeadLetters deadLetters, Map<String, Consumer> consumers, Duration orphanedAfter,
            InstantSource clock, RandomGenerator random) {
        this.ledger = ledger;
        this.deadLetters = deadLetters;
        this.consumers = consumers;
        this.orphanedAfter = orphanedAfter;
        this.clock = clock;
        this.random = random;
    }

    static String consumer(String topic, String group) {
        return topic + ' ' + group;
    }

    /** Goes on with what was begun and has not ended. */
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
        List<Stored> unfinished = List.of();
        for (boolean known = false; !known;) {
            try {
                unfinished = all().stream().filter(stored -> stored.run.endedAt() == null).toList();
                known = true;
            } catch (UnavailableException e) {
                Thread.sleep(PAUSE);
            }
        }
        if (unfinished.isEmpty()) {
            return;
        }
        Thread.sleep(orphanedAfter);
        for (Stored stored : unfinished) {
            Optional<Stored> now = find(stored.run.id());
            if (now.isPresent() && now.get().version == stored.version) {
                go(stored);
            }
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
        long version = save(run, 0).orElseThrow(() -> new IllegalStateException("two replays of one id"));
        go(new Stored(run, version));
        return run;
    }

    /** The version then; empty when another process works on it. */
    private Optional<Long> save(ReplayRun run, long version) {
        var put = new Change.Put(EventRows.replay(run.id()), version, ReplayRunCodec.document(run));
        var outcomes = Stages.outcomes(Stages.await(ledger.post(new Posting(List.of(put)))));
        return outcomes.refused(0) ? Optional.empty() : Optional.of(outcomes.value(0));
    }

    private void go(Stored stored) {
        launch("event-replay-" + stored.run.id(), () -> run(stored.run, stored.version));
    }

    private void run(ReplayRun begun, long begunVersion) throws InterruptedException {
        ReplayRun run = begun;
        long version = begunVersion;
        var pace = new Pace(run.rate(), System.nanoTime());
        int stretchMax = Math.clamp((long) run.rate() * STRETCH_SECONDS, 1, STRETCH_MAX);
        while (!closed && run.endedAt() == null) {
            ReplayRun next;
            try {
                next = stretch(run, stretchMax, pace);
                Optional<Long> saved = save(next, version);
                if (saved.isEmpty()) {
                    return;
                }
                version = saved.get();
            } catch (UnavailableException e) {
                Thread.sleep(PAUSE);
                continue;
            }
            run = next;
        }
    }

    /** Replays the next few, and waits for what becomes of them. */
    private ReplayRun stretch(ReplayRun run, int max, Pace pace) throws InterruptedException {
        DeadLetters.Stretch stretch = Stages.await(deadLetters.list(run.topic(), run.range().after(), max));
        var replayed = new ArrayList<CompletionStage<Consumer.Replayed>>();
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
                replayed.add(consumer.replay(letter));
            }
        }
        long succeeded = 0;
        long failed = 0;
        long skipped = 0;
        for (CompletionStage<Consumer.Replayed> one : replayed) {
            switch (Stages.await(one)) {
                case SUCCEEDED -> succeeded++;
                case FAILED -> failed++;
                case SKIPPED -> skipped++;
            }
        }
        ReplayRun advanced = run.advanced(succeeded, failed, skipped, after);
        return last ? advanced.ended(clock.instant()) : advanced;
    }

    private static void await(Pace pace) throws InterruptedException {
        long wait = pace.nextInNanos(System.nanoTime());
        if (wait > 0) {
            Thread.sleep(Duration.ofNanos(wait));
        }
    }

    /** Ends the work on all of them; they go on with the next start. */
    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
    }
}
