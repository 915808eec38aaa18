package io.tallygate.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tallygate.kernel.Sha256;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.Fact;
import io.tallygate.ledger.FactBatch;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Listing;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Outbox;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what a store has recorded out of its outbox, in order, and appends it to the log as events of the topic {@value #TOPIC}.
 *
 * <p>First events are appended, then, in one posting that names the position it was made for, their facts are deleted and the
 * position advances. A crash in between repeats events, whose ids are made of the places of their facts and so are the same. Where
 * several processes relay from one store they share its partitions as those that consume a topic do; while two have the same one,
 * the slower one's posting is refused.
 *
 * <p>What was left out because too much waited is a gap between offsets, and becomes an event of its own.
 */
final class ChangeRelay implements AutoCloseable {

    /** Where the events are appended. */
    static final String TOPIC = "tallygate_changes";
    /** The type of an event that says how many facts were left out. */
    static final String GAP = "io.tallygate.gap";

    private static final String RELAYING = "relaying";

    private static final Logger LOG = LoggerFactory.getLogger(ChangeRelay.class);

    private static final int DOCUMENTS_AT_ONCE = Ledger.DOCUMENTS_MAX;
    private static final int EVENTS_AT_ONCE = 1_000;
    private static final int SWEPT_AT_ONCE = 1_000;
    private static final Duration SWEEP_EVERY = Duration.ofHours(1);
    /** How long after its end what is told once is remembered: usage may be recorded late. */
    private static final Duration REMEMBERED = Duration.ofDays(32);
    private static final String FOR_EVER = "for ever";
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Ledger ledger;
    private final int partitions;
    private final EventLog log;
    private final Map<String, Publication> publications = new HashMap<>();
    private final @Nullable Members members;
    private final Duration pollInterval;
    private final Duration closeTimeout;
    private final InstantSource clock;
    private final RandomGenerator random;

    private final ChangeCounts counts;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("change-relay").unstarted(this::run);
    private @Nullable String source;
    private Instant sweptAt = Instant.EPOCH;
    private boolean failing;

    /**
     * {@link #start} sets it going.
     *
     * @param ledger     stays the caller's to close, after this, as the log
     * @param partitions of the store
     * @param members    share the partitions with this process; null where it relays all
     */
    ChangeRelay(Ledger ledger, int partitions, EventLog log, List<Publication> publications, @Nullable Members members,
            Duration pollInterval, Duration closeTimeout, ChangeCounts counts, InstantSource clock,
            RandomGenerator random) {
        this.ledger = ledger;
        this.partitions = partitions;
        this.log = log;
        publications.forEach(
                publication -> publication.books().forEach(book -> this.publications.put(book, publication)));
        this.members = members;
        this.pollInterval = pollInterval;
        this.closeTimeout = closeTimeout;
        this.counts = counts;
        this.clock = clock;
        this.random = random;
    }

    /** The processes that relay from a store, with this one under a name of its own. */
    static Members members(Ledger ledger, RandomGenerator random, LongSupplier ticker) {
        return new Members(ledger, TOPIC, RELAYING, HexFormat.of().toHexDigits(random.nextLong()), ticker);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            boolean more = false;
            while (!closing.await(more ? 0 : pollInterval.toNanos(), TimeUnit.NANOSECONDS)) {
                more = round();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whatever it meets, the next round comes. */
    private boolean round() {
        try {
            boolean more = relay();
            if (failing) {
                failing = false;
                LOG.info("Committed changes become events again");
            }
            return more;
        } catch (UnavailableException later) {
            // Writers and readiness report the store.
            return false;
        } catch (RuntimeException e) {
            if (!failing) {
                failing = true;
                LOG.warn("Committed changes do not become events; it is tried again: {}", e.toString());
            }
            return false;
        }
    }

    /**
     * Relays some of what is there.
     *
     * @return whether there may be more
     * @throws UnavailableException when the store or the log does not answer
     */
    boolean relay() {
        boolean more = false;
        Set<Integer> share = members == null ? all() : members.partitions(partitions);
        counts.retain(share);
        for (int partition : share) {
            more |= relay(partition);
        }
        sweep();
        return more;
    }

    private Set<Integer> all() {
        return IntStream.range(0, partitions).boxed().collect(Collectors.toSet());
    }

    private boolean relay(int partition) {
        List<Reading> numbers = Stages.await(ledger.readAll(
                List.of(Outbox.position(partition), Outbox.end(partition)), Consistency.STRONG));
        long position = numbers.getFirst().value();
        long end = numbers.getLast().value();
        counts.waiting(partition, Math.max(0, end - position));
        if (end <= position) {
            return false;
        }
        Listing listing = Stages.await(ledger.list(Outbox.FACTS, Outbox.section(partition), "", DOCUMENTS_AT_ONCE));
        var taking = new Taking(partition, position);
        listing.rows().forEach(taking::take);
        if (!listing.more()) {
            // The end was read before the documents, so what is not in them was left out.
            taking.leftOutBelow(end);
        }
        if (taking.hasGaps() && !isAt(partition, position)) {
            return true;
        }
        List<Told> told = told(partition, taking.notices);
        append(told);
        acknowledge(taking, told);
        return listing.more();
    }

    /** What another process has taken away is no gap. */
    private boolean isAt(int partition, long position) {
        return Stages.await(ledger.read(Outbox.position(partition), Consistency.STRONG)).value() == position;
    }

    /** A notice, and the event that it becomes. */
    private record Told(Event event, @Nullable RowKey once) {}

    /** A notice, where it is from, and when that was committed. */
    private record Placed(String id, @Nullable Instant at, Notice notice) {}

    /** Documents of one partition from a position on. */
    private final class Taking {

        private final int partition;
        private final long position;
        private final List<Placed> notices = new ArrayList<>();
        private final List<Change> deletions = new ArrayList<>();
        private long next;
        private long bytes;
        private long facts;
        private long missing;

        Taking(int partition, long position) {
            this.partition = partition;
            this.position = position;
            this.next = position;
        }

        void take(Row row) {
            Document document = Objects.requireNonNull(row.document());
            long first = Outbox.offset(row.id());
            FactBatch batch = FactBatch.of(document);
            leftOutBelow(first);
            for (Fact fact : batch.facts()) {
                place(fact, batch.at());
                next++;
            }
            facts += batch.facts().size();
            bytes += document.length();
            deletions.add(new Change.Delete(Outbox.facts(partition, first)));
        }

        private void place(Fact fact, Instant at) {
            Publication publication = publications.get(fact.book());
            if (publication == null) {
                return;
            }
            String id = String.format(Locale.ROOT, "%04d-%019d", partition, next);
            int count = 0;
            for (Notice notice : publication.notices(fact)) {
                notices.add(new Placed(count == 0 ? id : id + '~' + count, at, notice));
                count++;
            }
        }

        void leftOutBelow(long offset) {
            if (offset > next) {
                String place = String.format(Locale.ROOT, "%04d-%019d-%019d", partition, next, offset);
                String data = "{\"partition\":" + partition + ",\"from\":" + next + ",\"to\":" + offset
                        + ",\"missing\":" + (offset - next) + '}';
                notices.add(new Placed("gap-" + place, null,
                        new Notice(GAP, "gap-" + Outbox.section(partition), Payload.ofJson(data.getBytes(UTF_8)),
                                null)));
                missing += offset - next;
                next = offset;
            }
        }

        boolean hasGaps() {
            return missing > 0;
        }
    }

    /** Without those that were told once. */
    private List<Told> told(int partition, List<Placed> notices) {
        var rows = new LinkedHashSet<RowKey>();
        for (Placed placed : notices) {
            Notice.Once once = placed.notice.once();
            if (once != null) {
                rows.add(once(partition, once));
            }
        }
        Set<RowKey> known = known(List.copyOf(rows));
        var told = new ArrayList<Told>(notices.size());
        for (Placed placed : notices) {
            Notice.Once once = placed.notice.once();
            @Nullable
            RowKey row = once == null ? null : once(partition, once);
            if (row == null || known.add(row)) {
                told.add(new Told(event(placed), row));
            }
        }
        return told;
    }

    private Set<RowKey> known(List<RowKey> rows) {
        var known = new HashSet<RowKey>();
        for (int from = 0; from < rows.size(); from += Ledger.ROWS_MAX) {
            List<RowKey> some = rows.subList(from, Math.min(rows.size(), from + Ledger.ROWS_MAX));
            List<Reading> readings = Stages.await(ledger.readAll(some, Consistency.STRONG));
            for (int i = 0; i < some.size(); i++) {
                if (readings.get(i).value() > 0) {
                    known.add(some.get(i));
                }
            }
        }
        return known;
    }

    private static RowKey once(int partition, Notice.Once once) {
        String section = once.until().equals(Instant.MAX) ? FOR_EVER : DAY.format(once.until().plus(REMEMBERED));
        return new RowKey(EventRows.TOLD, section, Sha256.base64url(once.name().getBytes(UTF_8)), partition);
    }

    private Event event(Placed placed) {
        var attributes = new TreeMap<String, Object>();
        attributes.put(Event.CONTENT_TYPE, "application/json");
        if (placed.at != null) {
            attributes.put(Event.TIME, placed.at.toString());
        }
        return new Event(placed.id, source(), placed.notice.type(), placed.notice.subject(), attributes,
                placed.notice.data());
    }

    /** The store's name, which is drawn when something is relayed for the first time. */
    private String source() {
        String known = source;
        if (known == null) {
            long drawn = random.nextLong(1, Long.MAX_VALUE);
            var named = new Change.Add(EventRows.store(), drawn, drawn, drawn);
            Outcomes outcomes = Stages.outcomes(Stages.await(ledger.post(new Posting(List.of(named)))));
            known = String.format(Locale.ROOT, "urn:tallygate:store:%016x", outcomes.value(0));
            source = known;
        }
        return known;
    }

    private void append(List<Told> told) {
        List<Event> events = told.stream().map(Told::event).toList();
        for (int from = 0; from < events.size(); from += EVENTS_AT_ONCE) {
            Stages.await(log.append(TOPIC, events.subList(from, Math.min(events.size(), from + EVENTS_AT_ONCE))));
        }
    }

    private void acknowledge(Taking taking, List<Told> told) {
        var changes = new ArrayList<Change>();
        changes.add(new Change.Add(Outbox.position(taking.partition), taking.next - taking.position, taking.next,
                taking.next));
        changes.add(new Change.Add(Outbox.relayed(taking.partition), taking.bytes));
        changes.addAll(taking.deletions);
        for (Told one : told) {
            if (one.once != null) {
                changes.add(new Change.Add(one.once, 1));
            }
        }
        Outcomes outcomes = Stages
                .outcomes(Stages.await(ledger.post(new Posting(null, Mode.ALL, changes, Memo.EMPTY))));
        if (outcomes.refusedCount() == 0) {
            counts.relayed(taking.facts, taking.missing);
            if (taking.missing > 0) {
                LOG.warn("{} committed changes became no events, because too many waited; an event {} says which",
                        taking.missing, GAP);
            }
        }
    }

    private void sweep() {
        Instant now = clock.instant();
        if (now.isBefore(sweptAt.plus(SWEEP_EVERY))) {
            return;
        }
        int swept;
        do {
            swept = Stages
                    .await(ledger.sweep(EventRows.TOLD, DAY.format(now.minus(Duration.ofDays(1))), SWEPT_AT_ONCE));
        } while (swept == SWEPT_AT_ONCE);
        sweptAt = now;
    }

    /** Finishes the round that is under way, within the time for it. */
    @Override
    public void close() {
        closing.countDown();
        try {
            if (thread.isAlive() && !thread.join(closeTimeout)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (members != null) {
            members.leave();
        }
    }
}
