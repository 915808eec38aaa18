package io.tallygate.ledger;

import io.tallygate.kernel.CommitTimeoutException;
import io.tallygate.kernel.StoreUnavailableException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The ledger of one process in a simulation: what is asked of it waits until {@link #step}, which does one thing of what
 * waits, by a seed, on the calling thread. So a history is the same whenever it is run, and takes no longer than its work. A
 * process that crashes is one whose ledger is not stepped any more.
 *
 * <p>Flushes are made, numbered and repeated by the code that makes them in a server. It has no read cache.
 */
public final class SteppedLedger implements Ledger {

    private record Waiting(Posting posting, CompletableFuture<PostingResult> answer) {}

    private final LedgerStore store;
    private final FoldedFlushes flushes;
    private final InstantSource clock;
    private final Random random;
    private final List<Waiting> waiting = new ArrayList<>();
    private final List<Runnable> questions = new ArrayList<>();
    /** Without an answer until now: repeated, as it is, until there is one. */
    private List<Waiting> flushing = List.of();
    private long sequence;

    /**
     * @param store may throw {@link StoreUnavailableException} at a flush
     * @param names draws a name for the writer that no other one has
     */
    public SteppedLedger(LedgerStore store, Supplier<String> names, InstantSource clock, Random random) {
        this.store = store;
        this.flushes = new FoldedFlushes(FlushApplier.of(store::apply), names, clock, CommitNews.NOBODY,
                new ReentrantLock());
        this.clock = clock;
        this.random = random;
    }

    /**
     * Answers one question, or tries one flush once.
     *
     * @return whether there was anything to do
     */
    public boolean step() {
        boolean writes = !flushing.isEmpty() || !waiting.isEmpty();
        if (writes && (questions.isEmpty() || random.nextBoolean())) {
            flush();
            return true;
        }
        if (!questions.isEmpty()) {
            questions.remove(random.nextInt(questions.size())).run();
            return true;
        }
        return false;
    }

    private void flush() {
        if (flushing.isEmpty()) {
            List<Waiting> first = waiting.subList(0, 1 + random.nextInt(waiting.size()));
            flushing = List.copyOf(first);
            first.clear();
            sequence++;
        }
        List<PostingResult> results;
        try {
            results = TestStages.now(flushes.apply(sequence, flushing.stream().map(Waiting::posting).toList()));
        } catch (StoreUnavailableException unknown) {
            return;
        }
        List<Waiting> answered = flushing;
        flushing = List.of();
        for (int i = 0; i < answered.size(); i++) {
            answered.get(i).answer().complete(results.get(i));
        }
    }

    /** Those who wait for a flush that has no answer are told so, and the flush goes on being repeated. */
    public void timeOut() {
        for (Waiting one : flushing) {
            one.answer().completeExceptionally(new CommitTimeoutException(Duration.ofSeconds(2)));
        }
    }

    @Override
    public CompletionStage<PostingResult> post(Posting posting) {
        var answer = new CompletableFuture<PostingResult>();
        waiting.add(new Waiting(posting, answer));
        return answer;
    }

    @Override
    public void accept(Posting posting) {
        var _ = post(posting);
    }

    @Override
    public CompletionStage<Reading> read(RowKey row, Consistency consistency) {
        return readAll(List.of(row), consistency).thenApply(List::getFirst);
    }

    @Override
    public CompletionStage<List<Reading>> readAll(List<RowKey> rows, Consistency consistency) {
        return later(() -> {
            long[] values = store.read(rows);
            var readings = new ArrayList<Reading>();
            for (int i = 0; i < values.length; i++) {
                readings.add(new Reading(rows.get(i), values[i], clock.instant()));
            }
            return readings;
        });
    }

    @Override
    public CompletionStage<List<Versioned>> documents(List<RowKey> rows) {
        return later(() -> store.readDocuments(rows));
    }

    @Override
    public CompletionStage<Listing> list(Book book, String section, String afterId, int limit) {
        return later(() -> Listings.read(book, limit, rows -> store.list(book, section, afterId, rows)));
    }

    @Override
    public CompletionStage<Listing> listThrough(Book book, String throughSection, int limit) {
        return later(() -> Listings.read(book, limit, rows -> store.listThrough(book, throughSection, rows)));
    }

    @Override
    public CompletionStage<Integer> sweep(Book book, String throughSection, int limit) {
        return later(() -> store.sweep(book, throughSection, limit));
    }

    private <T> CompletionStage<T> later(Supplier<T> question) {
        var answer = new CompletableFuture<T>();
        questions.add(() -> answer.complete(question.get()));
        return answer;
    }
}
