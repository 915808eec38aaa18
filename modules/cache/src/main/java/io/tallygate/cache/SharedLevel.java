package io.tallygate.cache;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * L2 of one cache: what processes share. Thread-safe; no method blocks or throws. A call fails when it was not
 * answered, and may have had its effect all the same.
 *
 * <p>A <em>lease</em> is the right to bring a key's value, for a time, under a name that whoever takes it makes up.
 * Everything that is told about a key ends its lease.
 */
public interface SharedLevel extends AutoCloseable {

    /** Brings each process its own level of each cache. Thread-safe. */
    @FunctionalInterface
    interface Levels {

        /**
         * Begins to follow what is told of a cache.
         *
         * @param follower is told, on one thread at a time
         */
        SharedLevel open(String cache, Follower follower);
    }

    /** Is told what happens in a cache. */
    interface Follower {

        /** Everything that was told until now has been passed on. Called every second or so. */
        void heard();

        /** Something was told, by any process. In the order in which it was. */
        void told(Invalidation what);

        /** Something may have been told that nobody can say any more. */
        void lost();
    }

    /**
     * What is there of a key.
     *
     * @param age   since it was brought
     * @param fresh what is left of its life; zero or less when that is over
     */
    record Stored(byte[] document, Duration age, Duration fresh) {}

    /** Who may bring a key's value. */
    enum Lease {
        /** Whoever asked. */
        GRANTED,
        /** Somebody else. */
        HELD,
        /** Nobody was asked to: what is there is fresh, or no lease was asked for. */
        NONE
    }

    /** What is there, and who may bring what is not. */
    record Answer(Optional<Stored> stored, Lease lease) {}

    /** What is there. Nothing is changed. */
    CompletionStage<Answer> peek(String key);

    /** What is there; where nothing fresh is, it takes the lease too, unless somebody has it. */
    CompletionStage<Answer> read(String key, String lease, Duration life);

    /** Takes the lease whatever is there. False when somebody has it. */
    CompletionStage<Boolean> lease(String key, String lease, Duration life);

    /** Has it longer. False when it is gone. */
    CompletionStage<Boolean> renew(String key, String lease, Duration life);

    /** Gives it back unused. */
    CompletionStage<Void> release(String key, String lease);

    /** Brings a value and ends the lease. False, and nothing is changed, when that is gone. */
    CompletionStage<Boolean> fill(String key, String lease, byte[] document, Duration fresh, Duration stale);

    /** Has a value in place of what there is, and tells everybody that what they have is invalid, in one step. */
    CompletionStage<Void> put(String key, byte[] document, Duration fresh, Duration stale);

    /** Does it, and tells everybody, in one step for each. */
    CompletionStage<Void> tell(List<Invalidation> what);

    @Override
    void close();
}
