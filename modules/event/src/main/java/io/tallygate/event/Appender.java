package io.tallygate.event;

import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.kernel.StageFailures;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.RowKey;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Appends to one partition: all events that wait go into one batch, and while it is on its way the next ones wait.
 * Thread-safe; no method blocks.
 *
 * <p>A batch is a document that has the partition's end as its id, put only where none is, together with the end's advance. So
 * when another process was faster the posting is refused, tells the end that stands, and is made again behind it.
 */
final class Appender {

    /** The most bytes of events that wait for one partition: 16 MiB. */
    private static final long WAITING_BYTES_MAX = 16L << 20;
    private static final int WAITING_MAX = 65_536;

    private static final long UNKNOWN = -1;

    /** An event that waits, and whom it keeps waiting. */
    private record Waiting(byte[] event, CompletableFuture<Void> stored) {}

    private final Ledger ledger;
    private final String topic;
    private final int partition;
    private final InstantSource clock;
    private final Runnable appended;

    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean busy;
    private boolean closed;
    private volatile long end = UNKNOWN;

    /** @param appended is told, on the ledger's thread, when there is something new */
    Appender(Ledger ledger, String topic, int partition, InstantSource clock, Runnable appended) {
        this.ledger = ledger;
        this.topic = topic;
        this.partition = partition;
        this.clock = clock;
        this.appended = appended;
    }

    /**
     * Completes once the events are stored, in their order and behind those of earlier calls.
     *
     * @param events as {@link EventCodec#toBytes} makes them
     */
    CompletionStage<Void> append(List<byte[]> events) {
        long bytes = events.stream().mapToLong(event -> event.length).sum();
        var stored = new ArrayList<CompletableFuture<Void>>(events.size());
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(new ShuttingDownException());
            }
            if (waiting.size() + events.size() > WAITING_MAX || waitingBytes + bytes > WAITING_BYTES_MAX) {
                return CompletableFuture.failedFuture(new OverloadedException(WAITING_MAX));
            }
            for (byte[] event : events) {
                var done = new CompletableFuture<Void>();
                stored.add(done);
                waiting.add(new Waiting(event, done));
            }
            waitingBytes += bytes;
            if (busy) {
                return CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new));
            }
            busy = true;
        }
        next();
        return CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new));
    }

    /** Refuses what comes from now on; what waits is still appended. */
    synchronized void close() {
        closed = true;
    }

    /** Sends the next batch, if anything waits; the caller has made this busy. */
    private void next() {
        List<Waiting> batch = take();
        if (batch.isEmpty()) {
            return;
        }
        // Whole milliseconds, as they are stored.
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Document document = Batch.document(now, batch.stream().map(Waiting::event).toList());
        if (end != UNKNOWN) {
            post(batch, document);
            return;
        }
        try {
            var _ = ledger.read(EventRows.end(topic, partition), Consistency.STRONG)
                    .whenComplete((reading, failure) -> {
                        if (failure != null) {
                            failed(batch, failure);
                        } else {
                            end = reading.value();
                            post(batch, document);
                        }
                    });
        } catch (RuntimeException e) {
            failed(batch, e);
        }
    }

    private synchronized List<Waiting> take() {
        var batch = new ArrayList<Waiting>();
        long bytes = 0;
        for (Waiting first = waiting.peek(); first != null && batch.size() < Batch.EVENTS_MAX; first = waiting.peek()) {
            bytes += first.event.length;
            if (!batch.isEmpty() && bytes > Batch.BYTES_MAX) {
                break;
            }
            batch.add(waiting.remove());
            waitingBytes -= first.event.length;
        }
        busy = !batch.isEmpty();
        return batch;
    }

    private void post(List<Waiting> batch, Document document) {
        long first = end;
        long after = first + batch.size();
        RowKey row = EventRows.batch(topic, partition, first);
        var posting = new Posting(null, Mode.ALL, List.of(
                new Change.Add(EventRows.end(topic, partition), batch.size(), after, after),
                new Change.Add(EventRows.size(topic, partition), document.length()),
                new Change.Put(row, 0, document)), Memo.EMPTY);
        try {
            var _ = ledger.post(posting).whenComplete((result, failure) -> posted(batch, document, result, failure));
        } catch (RuntimeException e) {
            failed(batch, e);
        }
    }

    private void posted(List<Waiting> batch, Document document, @Nullable PostingResult result,
            @Nullable Throwable failure) {
        Outcomes outcomes;
        try {
            if (result == null) {
                failed(batch, failure == null ? new IllegalStateException("no result") : failure);
                return;
            }
            outcomes = Stages.outcomes(result);
        } catch (RuntimeException e) {
            failed(batch, e);
            return;
        }
        end = outcomes.value(0);
        if (outcomes.refusedCount() > 0) {
            // Another process was faster, so that there is progress in every round.
            post(batch, document);
            return;
        }
        appended.run();
        batch.forEach(one -> one.stored.complete(null));
        next();
    }

    /** Whether the batch is stored is perhaps not known, and so neither is the end. */
    private void failed(List<Waiting> batch, Throwable failure) {
        end = UNKNOWN;
        Throwable cause = StageFailures.cause(failure);
        batch.forEach(one -> one.stored.completeExceptionally(cause));
        next();
    }
}
