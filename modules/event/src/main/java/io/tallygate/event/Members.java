package io.tallygate.event;

import io.tallygate.kernel.Sha256;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Listing;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Row;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The processes that read a topic for a group, and so which partitions are this one's. For one thread.
 *
 * <p>Each has a document that it puts again every second. Whoever sees another one's version stand still for a while counts
 * without it, by its own ticker, so no clocks are compared. A partition belongs to the member whose name and the partition
 * have the highest hash (rendezvous hashing), so that one that joins or leaves moves no partition between the others. While
 * two see different members both may read a partition, or nobody, for a few seconds: the first does no harm, because what has
 * had its effect has it once.
 */
final class Members {

    private static final long BEAT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long SILENT_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long FORGOTTEN_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MEMBERS_MAX = 1_000;
    private static final Document PRESENT = Document.of(new byte[0]);

    /** When another member's version was seen to change last, by the ticker. */
    private record Seen(long version, long nanos) {}

    private final Ledger ledger;
    private final String section;
    private final String self;
    private final LongSupplier ticker;
    private final Map<String, Seen> others = new HashMap<>();
    private @Nullable Set<Integer> share;
    private long beatNanos;

    /** @param self a name that no other process has */
    Members(Ledger ledger, String topic, String group, String self, LongSupplier ticker) {
        this.ledger = ledger;
        this.section = topic + '.' + group;
        this.self = self;
        this.ticker = ticker;
    }

    /**
     * The partitions that this process reads, from 0 up to a number.
     *
     * @throws io.tallygate.kernel.UnavailableException when the ledger does not answer
     */
    Set<Integer> partitions(int count) {
        long now = ticker.getAsLong();
        Set<Integer> known = share;
        if (known == null || now - beatNanos >= BEAT_NANOS) {
            known = share(count, members(now));
            share = known;
            beatNanos = now;
        }
        return known;
    }

    private Set<Integer> share(int count, Set<String> members) {
        var mine = new TreeSet<Integer>();
        for (int partition = 0; partition < count; partition++) {
            String owner = self;
            for (String member : members) {
                if (weight(member, partition) > weight(owner, partition)) {
                    owner = member;
                }
            }
            if (owner.equals(self)) {
                mine.add(partition);
            }
        }
        return mine;
    }

    private static long weight(String member, int partition) {
        return ByteBuffer.wrap(Sha256.of((member + ' ' + partition).getBytes(StandardCharsets.UTF_8))).getLong();
    }

    /** Says that this process is there, and looks who else is. */
    private Set<String> members(long now) {
        var put = new Change.Put(EventRows.member(section, self), Change.ANY, PRESENT);
        Stages.outcomes(Stages.await(ledger.post(new Posting(List.of(put)))));
        var present = new TreeSet<String>();
        var listed = new TreeSet<String>();
        for (Row row : list()) {
            listed.add(row.id());
            if (!row.id().equals(self) && isPresent(row, now)) {
                present.add(row.id());
            }
        }
        others.keySet().retainAll(listed);
        return present;
    }

    private boolean isPresent(Row row, long now) {
        Seen seen = others.get(row.id());
        if (seen == null || seen.version != row.value()) {
            seen = new Seen(row.value(), now);
            others.put(row.id(), seen);
        }
        if (now - seen.nanos > FORGOTTEN_NANOS) {
            var delete = new Change.Delete(EventRows.member(section, row.id()), row.value());
            Stages.await(ledger.post(new Posting(List.of(delete))));
        }
        return now - seen.nanos < SILENT_NANOS;
    }

    private List<Row> list() {
        var rows = new ArrayList<Row>();
        String after = "";
        boolean more = true;
        while (more && rows.size() < MEMBERS_MAX) {
            Listing listing = Stages.await(ledger.list(EventRows.MEMBERS, section, after, MEMBERS_MAX));
            rows.addAll(listing.rows());
            more = listing.more() && !listing.rows().isEmpty();
            after = more ? rows.getLast().id() : after;
        }
        return rows;
    }

    /** Says that this process is gone; when that cannot be stored the others find out by themselves. */
    void leave() {
        var _ = ledger.post(new Posting(List.of(new Change.Delete(EventRows.member(section, self)))));
    }
}
