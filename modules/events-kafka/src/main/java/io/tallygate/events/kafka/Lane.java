package io.tallygate.events.kafka;

import io.tallygate.event.Delivery;
import io.tallygate.event.DoneAhead;
import io.tallygate.event.EventLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/** A partition that this process reads: what was polled from Kafka, and not yet taken. Guarded by its subscription. */
final class Lane {

    /** With so many events waiting Kafka is asked for no more. */
    private static final int WAITING_MAX = 1_000;
    private static final long WAITING_BYTES_MAX = 1L << 20;
    private static final int TAKEN_AT_ONCE_MAX = 500;

    static final long NOWHERE = -1;

    final TopicPartition partition;
    private final ArrayDeque<Delivery> waiting = new ArrayDeque<>();
    private long waitingBytes;
    /** Whether it is read from the group's position on. */
    boolean ready;
    /** It is not read before whoever takes events has looked so often. */
    long notBeforeLook;
    /** Whether Kafka is asked for no more. */
    boolean paused = true;
    /** The group's position when it became ready. */
    long position;
    /** What is done beyond that, as it was kept then. */
    DoneAhead ahead = DoneAhead.NONE;
    /** Where Kafka is read on. */
    long next;
    /** The offset behind the last event that was taken. */
    private long taken = NOWHERE;
    private long end;
    /** From where it is to be read; {@link #NOWHERE} when it goes on. */
    long seekTo = NOWHERE;

    Lane(TopicPartition partition) {
        this.partition = partition;
    }

    void begin(EventLog.Assigned from) {
        ready = true;
        position = from.position();
        ahead = from.ahead();
        next = position;
        end = Math.max(end, position);
    }

    /** What was read has another meaning now. */
    void reset(long notBefore) {
        clear();
        ready = false;
        paused = true;
        notBeforeLook = notBefore;
        taken = NOWHERE;
        seekTo = NOWHERE;
        end = 0;
    }

    void seek(long offset) {
        clear();
        taken = NOWHERE;
        seekTo = offset;
    }

    private void clear() {
        waiting.clear();
        waitingBytes = 0;
    }

    void add(Delivery delivery) {
        waiting.add(delivery);
        waitingBytes += delivery.event().size();
        end = Math.max(end, delivery.offset() + 1);
    }

    List<Delivery> take() {
        var deliveries = new ArrayList<Delivery>(Math.min(waiting.size(), TAKEN_AT_ONCE_MAX));
        while (!waiting.isEmpty() && deliveries.size() < TAKEN_AT_ONCE_MAX) {
            Delivery delivery = waiting.remove();
            waitingBytes -= delivery.event().size();
            taken = delivery.offset() + 1;
            deliveries.add(delivery);
        }
        return deliveries;
    }

    boolean isFull() {
        return waiting.size() >= WAITING_MAX || waitingBytes >= WAITING_BYTES_MAX;
    }

    boolean hasRoom() {
        return waiting.size() < WAITING_MAX / 2 && waitingBytes < WAITING_BYTES_MAX / 2;
    }

    void endsAt(long offset) {
        end = Math.max(end, offset);
    }

    long end() {
        return end;
    }

    /** The same, or where Kafka is read on when all before was taken: marks of transactions take offsets, too. */
    long doneBelow(long offset) {
        return waiting.isEmpty() && offset == taken ? Math.max(offset, next) : offset;
    }
}
