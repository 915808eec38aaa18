package io.tallygate.ledger;

import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.GroupRead;
import io.tallygate.kernel.ReadSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Reads of documents: what waits is read together, up to {@link Ledger#DOCUMENTS_MAX} at once. Thread-safe; no method but
 * {@link #close} blocks.
 */
public final class DocumentReads implements AutoCloseable {

    private final GroupRead<List<RowKey>, List<Versioned>> reads;

    /**
     * Starts a thread that watches for what is late.
     *
     * @param source       answers as {@link LedgerStore#readDocuments} does, for that many rows; thread-safe
     * @param readsMax     the most of its answers at once
     * @param commit       of which {@code queueMax} and {@code timeout} count
     * @param closeTimeout how long {@link #close} waits for what was asked
     * @param ticker       nanoseconds that only rise
     */
    public DocumentReads(String name, Function<List<RowKey>, List<Versioned>> source, int readsMax,
            CommitSettings commit, Duration closeTimeout, LongSupplier ticker) {
        var bounds = new CommitSettings(commit.queueMax(), Ledger.DOCUMENTS_MAX, commit.timeout(), commit.linger(),
                commit.lingerOperations());
        this.reads = new GroupRead<>(name, (questions, answers) -> read(source, questions, answers), readsMax, bounds,
                closeTimeout, ticker);
    }

    private static void read(Function<List<RowKey>, List<Versioned>> source, List<List<RowKey>> questions,
            ReadSource.Answers<List<Versioned>> answers) {
        Set<RowKey> rows = new LinkedHashSet<>();
        questions.forEach(rows::addAll);
        List<RowKey> asked = List.copyOf(rows);
        List<Versioned> documents = source.apply(asked);
        Map<RowKey, Versioned> found = HashMap.newHashMap(asked.size());
        for (int i = 0; i < asked.size(); i++) {
            found.put(asked.get(i), documents.get(i));
        }
        for (int i = 0; i < questions.size(); i++) {
            answers.answered(i,
                    questions.get(i).stream().map(row -> Objects.requireNonNull(found.get(row))).toList());
        }
    }

    /** As {@link Ledger#documents}. */
    public CompletionStage<List<Versioned>> ask(List<RowKey> rows) {
        if (rows.size() > Ledger.DOCUMENTS_MAX) {
            throw new IllegalArgumentException(
                    "rows: " + rows.size() + ", must be at most " + Ledger.DOCUMENTS_MAX);
        }
        rows.forEach(row -> row.book().require(Book.Kind.DOCUMENTS));
        return rows.isEmpty() ? CompletableFuture.completedFuture(List.of()) : reads.ask(rows, rows.size());
    }

    /** Refuses everything from now on. Returns at once; the time that {@link #close} waits starts here. */
    public void startClosing() {
        reads.startClosing();
    }

    /** Answers what was asked, within the time for it, and refuses everything after. May be called again. */
    @Override
    public void close() {
        reads.close();
    }
}
