package io.tallygate.event;

import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/**
 * How far groups are, whatever keeps the events: on the ledger, beside the effects, a number for each partition below which
 * every event is done, and what is done beyond it. Thread-safe; no method blocks. A stage fails with an {@link io.tallygate.kernel.UnavailableException}
 * when the ledger cannot be asked now.
 */
public final class Positions {

    private final Ledger ledger;

    public Positions(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * Where a group is, in the order of the partitions; 0 where it has never been.
     *
     * @param log names what the offsets are of: a topic, or one life of it where another one may begin again at 0
     */
    public CompletionStage<List<Long>> read(String log, String group, List<Integer> partitions) {
        return ledger.readAll(partitions.stream().map(partition -> EventRows.position(log, partition, group)).toList(),
                Consistency.STRONG).thenApply(readings -> readings.stream().map(Reading::value).toList());
    }

    /** The same, as whoever reads the partitions from there on has to know it. */
    public CompletionStage<List<EventLog.Assigned>> assigned(String log, String group, List<Integer> partitions) {
        return read(log, group, partitions).thenCompose(positions -> ahead(log, group, partitions, List.of())
                .thenApply(ahead -> IntStream.range(0, partitions.size())
                        .mapToObj(i -> new EventLog.Assigned(partitions.get(i), positions.get(i), ahead.get(i)))
                        .toList()));
    }

    /** @param found those of the first partitions */
    private CompletionStage<List<DoneAhead>> ahead(String log, String group, List<Integer> partitions,
            List<DoneAhead> found) {
        if (found.size() == partitions.size()) {
            return CompletableFuture.completedFuture(found);
        }
        List<RowKey> rows = partitions.stream().skip(found.size()).limit(Ledger.DOCUMENTS_MAX)
                .map(partition -> EventRows.ahead(log, partition, group)).toList();
        return ledger.documents(rows).thenCompose(documents -> {
            var more = new ArrayList<>(found);
            for (Versioned one : documents) {
                Document document = one.document();
                more.add(document == null ? DoneAhead.NONE : DoneAhead.of(document));
            }
            return ahead(log, group, partitions, more);
        });
    }

    /** Stores what is done beyond a group's position, in the place of what was stored before. */
    public CompletionStage<Void> keep(String log, String group, int partition, DoneAhead ahead) {
        RowKey row = EventRows.ahead(log, partition, group);
        Change change = ahead.isEmpty()
                ? new Change.Delete(row)
                : new Change.Put(row, Change.ANY, ahead.document());
        return ledger.post(new Posting(List.of(change))).thenAccept(result -> {
            var _ = Stages.outcomes(result);
        });
    }

    /**
     * Takes a group forward, and never back. Others may have moved it meanwhile; who has is told where it is.
     *
     * @return its position then, which is another one when another process was further
     */
    public CompletionStage<Long> advance(String log, String group, int partition, long position) {
        RowKey row = EventRows.position(log, partition, group);
        return ledger.read(row, Consistency.STRONG).thenCompose(reading -> {
            long before = reading.value();
            if (before >= position) {
                return CompletableFuture.completedFuture(before);
            }
            var moved = new Change.Add(row, position - before, position, position);
            return ledger.post(new Posting(List.of(moved))).thenCompose(result -> {
                Outcomes outcomes = Stages.outcomes(result);
                return outcomes.refused(0)
                        ? advance(log, group, partition, position)
                        : CompletableFuture.completedFuture(position);
            });
        });
    }
}
