package io.tallygate.event;

import io.tallygate.ledger.BytesIn;
import io.tallygate.ledger.BytesOut;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Listing;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Replays that are asked of whichever process reads the partition of their key: documents at which every process looks that
 * consumes the topic for the group. Each stays until its replay is done, so that none ends with a process, and has a name that no
 * other one ever has, so that what is seen late is not taken for another one of the same dead letter. Thread-safe; no method but
 * {@link #list} blocks.
 */
final class ReplayRequests {

    private static final int VERSION = 1;
    private static final int AT_ONCE = 1_000;

    /**
     * One of them.
     *
     * @param name      of this request alone
     * @param id        of the dead letter
     * @param partition where events of its key are
     */
    record Request(String name, String id, int partition, String key) {}

    private final Ledger ledger;
    private final String topic;
    private final String group;
    private final String self;
    private final AtomicLong count = new AtomicLong();

    /** @param self a name that no other process has */
    ReplayRequests(Ledger ledger, String topic, String group, String self) {
        this.ledger = ledger;
        this.topic = topic;
        this.group = group;
        this.self = self;
    }

    /** Tells its name once it is stored. */
    CompletionStage<String> put(String id, int partition, String key) {
        String name = id + '.' + self + '.' + count.incrementAndGet();
        var document = new BytesOut(VERSION).text(id).number(partition).text(key).toDocument();
        var put = new Change.Put(EventRows.replayRequest(topic, group, name), Change.ANY, document);
        return ledger.post(new Posting(List.of(put))).thenApply(result -> {
            var _ = Stages.outcomes(result);
            return name;
        });
    }

    /**
     * All there are: of each process that asks a bounded number.
     *
     * @throws io.tallygate.kernel.UnavailableException when the ledger does not answer
     */
    List<Request> list() {
        var found = new ArrayList<Request>();
        String section = EventRows.replayRequests(topic, group);
        String after = "";
        boolean more = true;
        while (more) {
            Listing listing = Stages.await(ledger.list(EventRows.REPLAYS, section, after, AT_ONCE));
            for (Row row : listing.rows()) {
                found.add(read(row));
                after = row.id();
            }
            more = listing.more() && !listing.rows().isEmpty();
        }
        return found;
    }

    private static Request read(Row row) {
        return BytesIn.read("a request for a replay", Objects.requireNonNull(row.document()).bytes(), VERSION,
                in -> new Request(row.id(), in.text(), Math.toIntExact(in.number()), in.text()));
    }

    /** May fail: then it is there still. */
    CompletionStage<?> delete(String name) {
        return ledger.post(new Posting(List.of(new Change.Delete(EventRows.replayRequest(topic, group, name)))));
    }
}
