package io.tallygate.event;

import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that is done in the turn of its key, and again until it is done. For the thread of its consumer alone. */
final class Task {

    /** What becomes of a task that failed too often. */
    @FunctionalInterface
    interface Burial {

        /** Stores what is known about it. Begun on a thread of its own, again and again until it succeeds. */
        CompletionStage<?> bury(Task task, Throwable failure);
    }

    final String key;
    /** Whether it counts among the first attempts by which the topic is judged. */
    final boolean judged;
    /** Whether its work may be done on the consumer's thread. */
    final boolean neverBlocks;
    /** How much memory it takes, about. */
    final int bytes;
    final Burial burial;
    /** Told when it is done or buried. */
    final Runnable whenDone;
    /** What is done; begun on a thread of its own, unless it never blocks. */
    Supplier<? extends CompletionStage<?>> work;
    boolean running;
    /** Whether its work is its burial. */
    boolean dying;
    /** Whether nobody wants it done any more. */
    boolean abandoned;
    /** How often it has failed. */
    int failures;
    @Nullable
    Instant firstFailedAt;
    /** When it may be tried again, by the ticker. */
    long dueNanos;

    Task(String key, boolean judged, boolean neverBlocks, int bytes, Supplier<? extends CompletionStage<?>> work,
            Burial burial,
            Runnable whenDone) {
        this.key = key;
        this.judged = judged;
        this.neverBlocks = neverBlocks;
        this.bytes = bytes;
        this.work = work;
        this.burial = burial;
        this.whenDone = whenDone;
    }
}
