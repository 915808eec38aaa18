package io.tallygate.event;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/** How far one partition is consumed. For the thread of its consumer alone. */
final class Progress {

    final int partition;
    /** The events that were taken and are not done, by their offsets. */
    private final TreeMap<Long, Task> outstanding = new TreeMap<>();
    /** The offset behind the last event that was taken. */
    private long next;
    /** The group's position, as it is stored. */
    private long acknowledged;
    /** Whether a position is on its way to the store. */
    boolean acknowledging;
    /** When one was sent last, by the ticker. */
    long acknowledgedNanos;

    Progress(int partition, long position, long nowNanos) {
        this.partition = partition;
        this.next = position;
        this.acknowledged = position;
        this.acknowledgedNanos = nowNanos;
    }

    /** Whether an event was done before, or taken already. */
    boolean isKnown(long offset) {
        return offset < next;
    }

    void taken(long offset, Task task) {
        outstanding.put(offset, task);
        next = offset + 1;
    }

    void done(long offset) {
        outstanding.remove(offset);
    }

    /** Every event below it is done. */
    long position() {
        return outstanding.isEmpty() ? next : outstanding.firstKey();
    }

    /** How many offsets are between the first event that is not done and the last one that was taken. */
    long ahead() {
        return next - position();
    }

    boolean isBehind() {
        return acknowledged < position();
    }

    /**
     * The position is stored, perhaps by another process that was further: what was taken below it and has not begun is
     * abandoned.
     *
     * @return how many bytes that was
     */
    int acknowledged(long position) {
        acknowledged = position;
        next = Math.max(next, position);
        return abandon(outstanding.headMap(position));
    }

    /**
     * Another process reads the partition now.
     *
     * @return how many bytes of what was taken has not begun
     */
    int abandon() {
        return abandon(outstanding);
    }

    private static int abandon(Map<Long, Task> tasks) {
        int bytes = 0;
        for (Iterator<Task> waiting = tasks.values().iterator(); waiting.hasNext();) {
            Task task = waiting.next();
            if (!task.running) {
                task.abandoned = true;
                bytes += task.bytes;
                waiting.remove();
            }
        }
        return bytes;
    }
}
