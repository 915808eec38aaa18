package io.tallygate.grpc.client;

import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.GroupRead;
import io.tallygate.kernel.ReadSource;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.RowKey;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;

/** Reads that waited together, as one call for each consistency that was asked for. Thread-safe. */
final class RemoteReads implements ReadSource<RemoteReads.Question, List<Reading>> {

    /** The most rows that the contracts let one call ask for. */
    private static final int ROWS_MAX = 1000;

    /** As many calls as may be late, each for its rows, while others are answered. */
    private static final int CALLS_MAX = 64;

    /** Rows to be read. */
    record Question(List<RowKey> rows, Consistency consistency) {}

    private final BiFunction<List<RowKey>, Consistency, List<Reading>> call;

    /** @param call one reading for each row, in their order; thread-safe, and called with up to 1,000 of them */
    RemoteReads(BiFunction<List<RowKey>, Consistency, List<Reading>> call) {
        this.call = call;
    }

    /** What gathers the questions for it, with the same {@code call}. */
    static GroupRead<Question, List<Reading>> gathered(String name,
            BiFunction<List<RowKey>, Consistency, List<Reading>> call, CommitSettings commit, Duration closeTimeout,
            LongSupplier ticker) {
        var bounds = new CommitSettings(commit.queueMax(), ROWS_MAX, commit.timeout(), commit.linger(),
                commit.lingerOperations());
        return new GroupRead<>(name, new RemoteReads(call), CALLS_MAX, bounds, closeTimeout, ticker);
    }

    @Override
    public void read(List<Question> questions, Answers<List<Reading>> answers) {
        var wanted = new EnumMap<Consistency, Set<RowKey>>(Consistency.class);
        for (Question question : questions) {
            wanted.computeIfAbsent(question.consistency(), c -> new LinkedHashSet<>()).addAll(question.rows());
        }
        wanted.forEach((consistency, rows) -> {
            Map<RowKey, Reading> known = read(List.copyOf(rows), consistency);
            for (int i = 0; i < questions.size(); i++) {
                if (questions.get(i).consistency() == consistency) {
                    answers.answered(i, questions.get(i).rows().stream().map(known::get).toList());
                }
            }
        });
    }

    private Map<RowKey, Reading> read(List<RowKey> rows, Consistency consistency) {
        var readings = new HashMap<RowKey, Reading>(2 * rows.size());
        for (int from = 0; from < rows.size(); from += ROWS_MAX) {
            List<RowKey> part = rows.subList(from, Math.min(rows.size(), from + ROWS_MAX));
            List<Reading> read = call.apply(part, consistency);
            if (read.size() != part.size()) {
                throw new IllegalStateException(read.size() + " readings of " + part.size() + " rows");
            }
            read.forEach(reading -> readings.put(reading.row(), reading));
        }
        return readings;
    }
}
