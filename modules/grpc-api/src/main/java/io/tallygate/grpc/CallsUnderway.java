package io.tallygate.grpc;

import jakarta.inject.Singleton;
import java.util.concurrent.atomic.LongAdder;

/** How many calls wait for their answer, of those with one request each whose request is here. Thread-safe. */
@Singleton
final class CallsUnderway {

    private final LongAdder begun = new LongAdder();
    private final LongAdder ended = new LongAdder();

    void begun() {
        begun.increment();
    }

    void ended() {
        ended.increment();
    }

    /** Never too low, apart from calls that begin meanwhile. */
    boolean isEmpty() {
        long answered = ended.sum();
        return begun.sum() <= answered;
    }
}
