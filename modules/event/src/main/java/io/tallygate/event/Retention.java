package io.tallygate.event;

import io.tallygate.kernel.UnavailableException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Listing;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what is over: batches that every group has behind it and that are too old, or more than may be kept, and what
 * became of replays. Every process does it; that another one was faster does no harm.
 */
final class Retention implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private static final Duration ROUND = Duration.ofSeconds(10);
    /** Rounds between two looks at what became of replays. */
    private static final int REPLAYS_EVERY = 360;
    private static final int BATCHES_AT_ONCE = 16;
    private static final int LETTERS_AT_ONCE = 64;

    private final Ledger ledger;
    private final @Nullable Partitions partitions;
    private final DeadLetters deadLetters;
    private final Replays replays;
    private final Map<String, Set<String>> groups;
    private final Duration keep;
    private final long bytesMax;
    private final InstantSource clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("event-retention").daemon().factory());
    private int rounds;

    /**
     * {@link #start} sets it going.
     *
     * @param partitions null where events are not kept on the ledger, and so are not deleted there
     * @param groups   of each topic
     * @param keep     how long events are kept
     * @param bytesMax how many bytes of a topic are kept
     */
    Retention(Ledger ledger, @Nullable Partitions partitions, DeadLetters deadLetters, Replays replays,
            Map<String, Set<String>> groups, Duration keep, long bytesMax, InstantSource clock) {
        this.ledger = ledger;
        this.partitions = partitions;
        this.deadLetters = deadLetters;
        this.replays = replays;
        this.groups = groups;
        this.keep = keep;
        this.bytesMax = bytesMax;
        this.clock = clock;
    }

    void start() {
        var _ = thread.scheduleWithFixedDelay(this::round, ROUND.toSeconds(), ROUND.toSeconds(), TimeUnit.SECONDS);
    }

    /** Whatever it throws, the next round comes: a scheduled task that throws is never run again. */
    private void round() {
        try {
            trim();
            if (rounds++ % REPLAYS_EVERY == 0) {
                forgetReplayed();
            }
        } catch (UnavailableException later) {
            // Writers and readiness report the store.
        } catch (RuntimeException e) {
            LOG.warn("Old events cannot be deleted; it is tried again: {}", e.getMessage());
        }
    }

    /** Deletes batches of all topics. */
    void trim() {
        if (partitions == null) {
            return;
        }
        for (Map.Entry<String, Set<String>> topic : groups.entrySet()) {
            int count = Stages.await(partitions.of(topic.getKey()));
            for (int partition = 0; partition < count; partition++) {
                trim(topic.getKey(), partition, done(topic.getKey(), partition, topic.getValue()), bytesMax / count);
            }
        }
    }

    /** Every event below it is done by every group; without a group all are. */
    private long done(String topic, int partition, Set<String> ofTopic) {
        return Stages.await(ledger.readAll(
                ofTopic.stream().map(group -> EventRows.position(topic, partition, group)).toList(),
                Consistency.STRONG))
                .stream().mapToLong(reading -> reading.value()).min().orElse(Long.MAX_VALUE);
    }

    private void trim(String topic, int partition, long done, long kept) {
        Instant oldest = clock.instant().minus(keep);
        long size = Stages.await(ledger.read(EventRows.size(topic, partition), Consistency.STRONG)).value();
        boolean more = true;
        while (more) {
            Listing listing = Stages.await(
                    ledger.list(EventRows.LOG, EventRows.section(topic, partition), "", BATCHES_AT_ONCE));
            more = listing.more();
            for (Row row : listing.rows()) {
                var document = Objects.requireNonNull(row.document());
                Batch batch = Batch.of(document);
                long first = EventRows.offset(row.id());
                boolean over = batch.appendedAt().isBefore(oldest) || size > kept;
                if (!over || first + batch.events().size() > done) {
                    return;
                }
                var deletion = new Posting(null, Mode.ALL, List.of(
                        new Change.Delete(EventRows.batch(topic, partition, first), row.value()),
                        new Change.Add(EventRows.size(topic, partition), -document.length())), Memo.EMPTY);
                Stages.outcomes(Stages.await(ledger.post(deletion)));
                size -= document.length();
            }
        }
    }

    /** Deletes dead letters and replays that have ended long ago. */
    void forgetReplayed() {
        Instant oldest = clock.instant().minus(keep);
        for (String topic : groups.keySet()) {
            String after = "";
            while (after != null) {
                DeadLetters.Stretch stretch = Stages.await(deadLetters.list(topic, after, LETTERS_AT_ONCE));
                for (DeadLetter letter : stretch.letters()) {
                    Instant replayedAt = letter.replayedAt();
                    if (replayedAt != null && replayedAt.isBefore(oldest)) {
                        Stages.await(deadLetters.delete(topic, letter.id()));
                    }
                }
                after = stretch.after();
            }
        }
        replays.forgetEndedBefore(oldest);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
