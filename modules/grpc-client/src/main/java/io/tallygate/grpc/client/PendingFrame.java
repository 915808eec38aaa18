package io.tallygate.grpc.client;

import io.tallygate.counter.v1.Frame;
import io.tallygate.counter.v1.FrameAck;
import io.tallygate.counter.v1.StreamIncrementsRequest;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.RowKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whole batches in one message, which stays as it is until it is acknowledged, however often it is sent.
 *
 * @param size how many increments it holds
 */
record PendingFrame(long sequence, StreamIncrementsRequest message, List<PendingBatch> batches, int size) {

    private static final BatchOutcome STORED = new BatchOutcome.Stored(List.of(), List.of());

    /** Takes as many batches as fit, at least one, from what waits. */
    static PendingFrame pack(long sequence, ArrayDeque<PendingBatch> waiting) {
        var batches = new ArrayList<PendingBatch>();
        int size = 0;
        for (PendingBatch next = waiting.peek(); next != null
                && size + next.size() <= IncrementSession.BATCH_MAX; next = waiting.peek()) {
            batches.add(waiting.remove());
            size += next.size();
        }
        return new PendingFrame(sequence, message(sequence, batches), batches, size);
    }

    private static StreamIncrementsRequest message(long sequence, List<PendingBatch> batches) {
        var frame = Frame.newBuilder().setSequence(sequence);
        boolean ones = batches.stream().allMatch(PendingFrame::areOnes);
        Map<RowKey, Integer> indexes = new HashMap<>();
        for (PendingBatch batch : batches) {
            for (Change.Add increment : batch.increments()) {
                Integer index = indexes.putIfAbsent(increment.row(), indexes.size());
                if (index == null) {
                    index = frame.getCountersCount();
                    frame.addCounters(message(increment.row()));
                }
                frame.addCounterIndexes(index);
                if (!ones) {
                    frame.addDeltas(increment.delta());
                }
            }
        }
        return StreamIncrementsRequest.newBuilder().setFrame(frame).build();
    }

    private static boolean areOnes(PendingBatch batch) {
        for (Change.Add increment : batch.increments()) {
            if (increment.delta() != 1) {
                return false;
            }
        }
        return true;
    }

    private static io.tallygate.counter.v1.CounterKey message(RowKey counter) {
        return io.tallygate.counter.v1.CounterKey.newBuilder().setResourceId(counter.id())
                .setCounterType(counter.section()).build();
    }

    /** Tells each batch what became of it. */
    void complete(FrameAck ack) {
        int from = 0;
        for (PendingBatch batch : batches) {
            batch.outcome().complete(outcome(ack, from, from + batch.size()));
            from += batch.size();
        }
    }

    private static BatchOutcome outcome(FrameAck ack, int from, int to) {
        if (ack.getOutcomesUnknown()) {
            return new BatchOutcome.StoredBefore();
        }
        if (ack.getValuesCount() == 0 && ack.getRefusedCount() == 0) {
            return STORED;
        }
        return new BatchOutcome.Stored(ack.getValuesCount() == 0 ? List.of() : ack.getValuesList().subList(from, to),
                ack.getRefusedList().stream().filter(index -> index >= from && index < to).map(index -> index - from)
                        .toList());
    }
}
