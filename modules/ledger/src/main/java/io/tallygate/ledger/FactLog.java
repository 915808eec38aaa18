package io.tallygate.ledger;

import io.tallygate.ledger.Change.Add;
import io.tallygate.ledger.Change.Delete;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The facts of one flush, put together posting by posting. Mutable; for one thread. */
public final class FactLog {

    /**
     * What is stored as one.
     *
     * @param facts how many facts it has
     */
    public record Batch(int facts, Document document) {}

    private final Recording recording;
    private final byte[] head;
    private final List<byte[]> lines = new ArrayList<>();
    /** What rows hold now that may be forgotten yet. */
    private final Map<RowKey, Long> values = new HashMap<>();

    /** @param at when the flush was put together */
    public FactLog(Recording recording, Instant at) {
        this.recording = recording;
        this.head = FactBatch.head(at);
    }

    /**
     * Notes what a posting changed now. Must be told all of a flush, in their order.
     *
     * @param before what a row held that no posting of the flush has changed yet
     */
    public void note(Posting posting, Outcomes outcomes, ToLongFunction<RowKey> before) {
        int place = 0;
        for (int i = 0; i < outcomes.size(); i++) {
            Change change = posting.changes().get(i);
            if (!recording.books().contains(change.row().book()) || outcomes.refused(i)) {
                continue;
            }
            RowKey row = change.row();
            long delta = switch (change) {
                case Add add -> outcomes.isFitted() ? outcomes.taken(i) : add.delta();
                case Delete _ -> -values.computeIfAbsent(row, before::applyAsLong);
                case Change.Put _ -> 0;
            };
            values.put(row, outcomes.value(i));
            if (delta != 0) {
                lines.add(FactBatch.line(new Fact(change instanceof Delete ? Fact.Kind.DELETED : Fact.Kind.ADDED,
                        row.book().name(), row.section(), row.id(), delta, outcomes.value(i), place++,
                        posting.memo())));
            }
        }
    }

    /** Whether nothing was changed of what is recorded. */
    public boolean isEmpty() {
        return lines.isEmpty();
    }

    /** What was noted, in its order. */
    public List<Batch> batches() {
        var batches = new ArrayList<Batch>();
        var out = new ByteArrayOutputStream();
        int facts = 0;
        for (byte[] line : lines) {
            if (facts > 0 && out.size() + line.length > FactBatch.BYTES_MAX) {
                batches.add(new Batch(facts, Document.of(out.toByteArray())));
                out.reset();
                facts = 0;
            }
            if (facts == 0) {
                out.writeBytes(head);
            }
            out.writeBytes(line);
            facts++;
        }
        if (facts > 0) {
            batches.add(new Batch(facts, Document.of(out.toByteArray())));
        }
        return batches;
    }
}
