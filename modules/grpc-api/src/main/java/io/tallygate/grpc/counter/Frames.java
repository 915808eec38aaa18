package io.tallygate.grpc.counter;

import io.tallygate.counter.Increment;
import io.tallygate.counter.v1.Frame;
import io.tallygate.counter.v1.FrameAck;
import io.tallygate.counter.v1.SessionStart;
import io.tallygate.grpc.InvalidRequestException;
import io.tallygate.grpc.Values;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.FrameResult;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.RowKey;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Between messages of a stream and increments, with the rules of the contract. */
final class Frames {

    private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9-]{16,64}");
    /** A frame takes two numbers of its session's sequence of flushes. */
    private static final long SEQUENCE_MAX = 1L << 61;

    private Frames() {}

    /** @throws InvalidInputException unless it is a session's name */
    static String session(SessionStart start) {
        String id = start.getSessionId();
        if (!SESSION.matcher(id).matches()) {
            throw new InvalidInputException("start.session_id", id, "must be 16 to 64 letters, digits or hyphens");
        }
        return id;
    }

    /**
     * @param before the sequence of the frame before; 0 for a stream's first frame, which may have any
     * @throws InvalidInputException unless it comes next
     */
    static void requireNext(long before, Frame frame) {
        long sequence = frame.getSequence();
        if (sequence < 1 || sequence > SEQUENCE_MAX) {
            throw new InvalidInputException("frame.sequence", Long.toString(sequence), "must be from 1 to 2^61");
        }
        if (before != 0 && sequence != before + 1) {
            throw new InvalidInputException("frame.sequence", Long.toString(sequence),
                    "must be " + (before + 1) + ", one more than that of the frame before");
        }
    }

    /** @throws InvalidInputException or {@link InvalidRequestException}, naming what breaks a rule */
    static List<Change.Add> increments(Frame frame) {
        List<RowKey> counters = CounterMessages.counters("frame.counters", frame.getCountersList(),
                FrameResult.ADDS_MAX);
        int size = frame.getCounterIndexesCount();
        Values.requireSize("frame.counter_indexes", size, FrameResult.ADDS_MAX);
        boolean ones = frame.getDeltasCount() == 0;
        if (!ones && frame.getDeltasCount() != size) {
            throw new InvalidInputException("frame.deltas", "[" + frame.getDeltasCount() + " elements]",
                    "must be absent, or as many as counter_indexes, which are " + size);
        }
        var increments = new ArrayList<Change.Add>(size);
        var errors = new ArrayList<InvalidInputException>();
        for (int i = 0; i < size; i++) {
            try {
                increments.add(increment(counters, i, frame.getCounterIndexes(i), ones ? 1 : frame.getDeltas(i)));
            } catch (InvalidInputException e) {
                errors.add(e);
            }
        }
        if (!errors.isEmpty()) {
            throw new InvalidRequestException(errors);
        }
        return increments;
    }

    private static Change.Add increment(List<RowKey> counters, int place, int index, long delta) {
        if (index < 0 || index >= counters.size()) {
            throw new InvalidInputException("frame.counter_indexes[" + place + ']', Integer.toUnsignedString(index),
                    "must be the index of one of the " + counters.size() + " counters");
        }
        try {
            return Increment.of(counters.get(index), delta);
        } catch (InvalidInputException e) {
            throw new InvalidInputException("frame.deltas[" + place + ']', e.value(), e.rule());
        }
    }

    static FrameAck ack(long sequence, FrameResult result, boolean valuesWanted) {
        var ack = FrameAck.newBuilder().setSequence(sequence);
        switch (result) {
            case FrameResult.CommittedBefore() -> ack.setOutcomesUnknown(true);
            case FrameResult.Committed(Outcomes outcomes) -> {
                for (int i = 0; i < outcomes.size(); i++) {
                    if (valuesWanted) {
                        ack.addValues(outcomes.refused(i) ? 0 : outcomes.value(i));
                    }
                    if (outcomes.refused(i)) {
                        ack.addRefused(i);
                    }
                }
            }
        }
        return ack.build();
    }
}
