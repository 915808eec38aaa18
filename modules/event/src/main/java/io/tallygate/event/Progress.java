package io.tallygate.event;

import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
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
    /** What was done beyond the position before this began. */
    private final DoneAhead before;
    /** What is done beyond it, as it was kept last. */
    private DoneAhead kept;
    /** When that was looked at last, by the ticker. */
    private long keptNanos;
    /** Whether a position is on its way to the store. */
    boolean acknowledging;
    /** When one was sent last, by the ticker. */
    long acknowledgedNanos;

    Progress(EventLog.Assigned assigned, long nowNanos) {
        this.partition = assigned.partition();
        this.next = assigned.position();
        this.acknowledged = assigned.position();
        this.before = assigned.ahead();
        this.kept = assigned.ahead();
        this.keptNanos = nowNanos;
        this.acknowledgedNanos = nowNanos;
    }

    /** Whether nothing is to be done for an event, which is done or taken already: then it is behind this. */
    boolean passes(long offset) {
        if (offset >= next && before.contains(offset)) {
            next = offset + 1;
        }
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

    /** How long it is that {@link #toKeep} told what is done beyond the position. */
    long sinceKeptNanos(long nowNanos) {
        return nowNanos - keptNanos;
    }

    /** What is done beyond the position, where that is something else than was kept last. */
    Optional<DoneAhead> toKeep(long nowNanos) {
        keptNanos = nowNanos;
        DoneAhead ahead = doneAhead();
        if (ahead.equals(kept)) {
            return Optional.empty();
        }
        kept = ahead;
        return Optional.of(ahead);
    }

    /** It was not: what is done is to be kept all the same. */
    void notKept() {
        kept = DoneAhead.NONE;
    }

    private DoneAhead doneAhead() {
        long from = position();
        var done = new DoneAhead.Builder(from).addAll(from, next).addAll(before, next);
        outstanding.keySet().forEach(done::remove);
        return done.build();
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
