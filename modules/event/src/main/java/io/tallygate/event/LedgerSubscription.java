package io.tallygate.event;

import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Listing;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads this process's share of the partitions of a topic that is on the ledger. */
final class LedgerSubscription implements EventLog.Subscription {

    private static final int BATCHES_AT_ONCE = 16;

    /** How far one partition was read. */
    private static final class Cursor {
        /** The next offset that is told. */
        private long next;
        /** The id of the last batch that was read, or of one before the next offset. */
        private String afterBatch;
        private long end;

        Cursor(long next, long end) {
            this.end = end;
            this.next = next;
            this.afterBatch = before(next);
        }

        /** No batch that begins here or earlier reaches the offset. */
        private static String before(long offset) {
            return offset <= Batch.EVENTS_MAX ? "" : EventRows.id(offset - Batch.EVENTS_MAX);
        }
    }

    private final Ledger ledger;
    private final Partitions partitions;
    private final Positions positions;
    private final String topic;
    private final String group;
    private final @Nullable Members members;
    private final long pollNanos;
    private final LongSupplier ticker;
    private final AtomicBoolean stale = new AtomicBoolean(true);
    private long lookedAt;
    private final Map<Integer, Cursor> cursors = new TreeMap<>();
    private List<EventLog.Assigned> assigned = List.of();
    private Runnable closing = () -> {};

    /** @param members share the partitions with this process; null where it reads all */
    LedgerSubscription(Ledger ledger, Partitions partitions, String topic, String group, @Nullable Members members,
            Duration pollInterval, LongSupplier ticker) {
        this.ledger = ledger;
        this.partitions = partitions;
        this.positions = new Positions(ledger);
        this.topic = topic;
        this.group = group;
        this.members = members;
        this.pollNanos = pollInterval.toNanos();
        this.ticker = ticker;
        this.lookedAt = ticker.getAsLong();
    }

    /** What {@link #close} does. */
    void onClose(Runnable action) {
        closing = action;
    }

    /** The ends of partitions are to be read again. */
    void somethingWasAppended() {
        stale.set(true);
    }

    @Override
    public List<EventLog.Assigned> assigned() {
        int count = Stages.await(partitions.of(topic));
        Set<Integer> mine = members == null
                ? IntStream.range(0, count).boxed().collect(Collectors.toCollection(TreeSet::new))
                : members.partitions(count);
        if (!mine.equals(cursors.keySet())) {
            assign(mine);
        }
        return assigned;
    }

    private void assign(Set<Integer> mine) {
        List<Integer> joining = mine.stream().filter(partition -> !cursors.containsKey(partition)).toList();
        List<EventLog.Assigned> stored = Stages.await(positions.assigned(topic, group, joining));
        var now = new ArrayList<EventLog.Assigned>();
        assigned.stream().filter(one -> mine.contains(one.partition())).forEach(now::add);
        for (EventLog.Assigned one : stored) {
            now.add(one);
            cursors.put(one.partition(), new Cursor(one.position(), 0));
        }
        cursors.keySet().retainAll(mine);
        assigned = List.copyOf(now);
        stale.set(true);
    }

    @Override
    public List<Delivery> poll(int partition) {
        lookForMore();
        Cursor cursor = cursor(partition);
        if (cursor.next >= cursor.end) {
            return List.of();
        }
        var deliveries = new ArrayList<Delivery>();
        boolean more = true;
        while (more && deliveries.isEmpty()) {
            Listing listing = Stages.await(ledger.list(EventRows.LOG, EventRows.section(topic, partition),
                    cursor.afterBatch, BATCHES_AT_ONCE));
            listing.rows().forEach(row -> read(cursor, partition, row, deliveries));
            more = listing.more() && !listing.rows().isEmpty();
        }
        return deliveries;
    }

    private void read(Cursor cursor, int partition, Row row, List<Delivery> deliveries) {
        long offset = EventRows.offset(row.id());
        Batch batch = Batch.of(Objects.requireNonNull(row.document()));
        for (Event event : batch.events()) {
            if (offset >= cursor.next) {
                deliveries.add(new Delivery(topic, partition, offset, batch.appendedAt(), event));
                cursor.next = offset + 1;
            }
            offset++;
        }
        cursor.afterBatch = row.id();
    }

    /** Reads the ends of all partitions when something was appended here, or it is some time ago that they were read. */
    private void lookForMore() {
        long now = ticker.getAsLong();
        if (!stale.getAndSet(false) && now - lookedAt < pollNanos) {
            return;
        }
        try {
            List<Integer> mine = List.copyOf(cursors.keySet());
            List<Reading> ends = Stages.await(ledger.readAll(
                    mine.stream().map(partition -> EventRows.end(topic, partition)).toList(), Consistency.STRONG));
            for (int i = 0; i < mine.size(); i++) {
                cursor(mine.get(i)).end = ends.get(i).value();
            }
            lookedAt = now;
        } catch (RuntimeException e) {
            stale.set(true);
            throw e;
        }
    }

    /** By its key: what another log had delivered was in one of that one's partitions. */
    @Override
    public int partition(DeadLetter letter) {
        return EventRows.partition(letter.event().key(), Stages.await(partitions.of(topic)));
    }

    @Override
    public long end(int partition) {
        return cursor(partition).end;
    }

    private Cursor cursor(int partition) {
        Cursor cursor = cursors.get(partition);
        if (cursor == null) {
            throw new IllegalArgumentException("partition " + partition + " is not assigned");
        }
        return cursor;
    }

    @Override
    public void seek(int partition, long offset) {
        Cursor cursor = cursor(partition);
        cursor.next = offset;
        cursor.afterBatch = Cursor.before(offset);
    }

    @Override
    public CompletionStage<Long> acknowledge(int partition, long position) {
        return positions.advance(topic, group, partition, position);
    }

    @Override
    public CompletionStage<Void> keep(int partition, DoneAhead ahead) {
        return positions.keep(topic, group, partition, ahead);
    }

    @Override
    public void close() {
        if (members != null) {
            members.leave();
        }
        closing.run();
    }
}
