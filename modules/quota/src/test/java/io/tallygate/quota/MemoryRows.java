package io.tallygate.quota;

import io.tallygate.ledger.RowKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Rows in memory, to which drafts are applied one after the other. */
final class MemoryRows implements Known {

    private final Map<RowKey, Long> numbers = new HashMap<>();
    private final Map<RowKey, Stored> documents = new HashMap<>();

    record Stored(long version, byte[] document) {}

    @Override
    public OptionalLong value(RowKey row) {
        return OptionalLong.of(numbers.getOrDefault(row, 0L));
    }

    void set(RowKey row, long value) {
        numbers.put(row, value);
    }

    Map<RowKey, Long> numbers() {
        return numbers;
    }

    Stored document(RowKey row) {
        return documents.getOrDefault(row, new Stored(0, new byte[0]));
    }

    Draft.Result apply(Draft draft) {
        long home = draft.steps().getFirst().row().home();
        if (draft.steps().stream().anyMatch(step -> step.row().home() != home)) {
            throw new IllegalArgumentException("rows of several homes: " + draft);
        }
        return draft.mode() == Draft.Mode.FIT_ALL ? fitted(draft.steps()) : all(draft.steps());
    }

    private Draft.Result fitted(List<Step> steps) {
        long part = Long.MAX_VALUE;
        for (Step step : steps) {
            var add = (Step.Add) step;
            part = Math.min(part, Math.min(add.delta(), add.atMost() - standing(step)));
        }
        long taken = Math.max(0, part);
        var values = new long[steps.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = standing(steps.get(i)) + taken;
            if (taken > 0) {
                numbers.put(steps.get(i).row(), values[i]);
            }
        }
        return new Draft.Result(taken > 0, values, taken);
    }

    private Draft.Result all(List<Step> steps) {
        Map<RowKey, Long> numbersBefore = new HashMap<>(numbers);
        Map<RowKey, Stored> documentsBefore = new HashMap<>(documents);
        var values = new long[steps.size()];
        for (int i = 0; i < values.length; i++) {
            if (!apply(steps.get(i))) {
                numbers.clear();
                numbers.putAll(numbersBefore);
                documents.clear();
                documents.putAll(documentsBefore);
                return new Draft.Result(false, steps.stream().mapToLong(this::standing).toArray(), 0);
            }
            values[i] = standing(steps.get(i));
        }
        return new Draft.Result(true, values, 0);
    }

    private boolean apply(Step step) {
        return switch (step) {
            case Step.Add add -> {
                long after = standing(add) + add.delta();
                if (after < add.atLeast() || after > add.atMost()) {
                    yield false;
                }
                numbers.put(add.row(), after);
                yield true;
            }
            case Step.Delete delete -> {
                numbers.remove(delete.row());
                yield true;
            }
            case Step.Put put -> {
                long version = standing(put);
                documents.put(put.row(), new Stored(version + 1, put.document()));
                yield version == put.ifVersion();
            }
        };
    }

    private long standing(Step step) {
        return step instanceof Step.Put ? document(step.row()).version : numbers.getOrDefault(step.row(), 0L);
    }
}
