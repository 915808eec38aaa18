package io.tallygate.event;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Topics of events, each divided into partitions. Events of one key are in one partition, in the order in which they were
 * appended. Thread-safe; a stage fails with an {@link io.tallygate.kernel.UnavailableException} when the log cannot be
 * written or read now.
 */
public interface EventLog extends AutoCloseable {

    /**
     * Appends events, and completes once all of them are stored. When it fails, any of them may be. Fails with an {@link
     * io.tallygate.kernel.InvalidInputException} when an event is larger than the log takes, and with {@link
     * EventProblem#TOPIC_MISSING} when the log has to be given its topics and has not this one.
     *
     * @param topic  a name as {@link EventHandler#topic} has it
     * @param events one at least
     */
    CompletionStage<Void> append(String topic, List<Event> events);

    /**
     * Begins to read a topic for a group, with other processes that do.
     *
     * @param wake is told, on any thread, that there may be something new to {@linkplain Subscription#poll poll}; must not block
     */
    Subscription subscribe(String topic, String group, Runnable wake);

    /** How far a group is, by partition. */
    CompletionStage<List<PartitionLag>> lag(String topic, String group);

    /**
     * Shows a dead letter, which is stored by now, to those who read the log with tools of their own, where it has a place for
     * that. Never fails: the copy may be missing.
     */
    default CompletionStage<Void> show(DeadLetter letter) {
        return CompletableFuture.completedFuture(null);
    }

    /** Refuses appends from now on. */
    @Override
    void close();

    /**
     * One process's share in what a group reads. For one thread; methods but {@link #acknowledge} and {@link #keep} may block on the
     * store.
     */
    interface Subscription extends AutoCloseable {

        /**
         * The partitions that this process reads now, each with the group's position when it began to: every event below it is
         * done.
         *
         * @throws io.tallygate.kernel.UnavailableException when the log does not answer
         */
        List<Assigned> assigned();

        /**
         * Events that were not told yet, in the order of their offsets, of partitions that are assigned; empty where there
         * are none.
         *
         * @param partition one that is assigned
         * @throws io.tallygate.kernel.UnavailableException when the log does not answer
         */
        List<Delivery> poll(int partition);

        /** The end of a partition, as it is known without asking: the offset behind its last event. */
        long end(int partition);

        /**
         * The partition in which events of a dead letter's key are: unless the log knows better, where its own event was.
         *
         * @throws io.tallygate.kernel.UnavailableException when the log does not know that now
         */
        default int partition(DeadLetter letter) {
            return letter.partition();
        }

        /** Goes on from an offset, which may be one that was told. */
        void seek(int partition, long offset);

        /**
         * Stores that every event of a partition below an offset is done. It never takes the group back.
         *
         * @return the group's position then, which is a later one when another process was further, or when nothing is
         *         between the offset and that
         */
        CompletionStage<Long> acknowledge(int partition, long position);

        /** Stores which events of a partition are done beyond the group's position, for whoever reads it next. */
        CompletionStage<Void> keep(int partition, DoneAhead ahead);

        @Override
        void close();
    }

    /**
     * A partition that a process reads from a position on.
     *
     * @param ahead what is done beyond that, as it was kept last
     */
    record Assigned(int partition, long position, DoneAhead ahead) {}
}
