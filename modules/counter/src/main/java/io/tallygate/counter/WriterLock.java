package io.tallygate.counter;

import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock that one writer thread shares with readers on virtual threads, and gets as soon as it is free.
 *
 * <p>In the queue of an ordinary lock, or of a monitor, the writer would stand behind virtual threads. A lock that is
 * handed to one of those stays unused until a carrier thread has time for it: with all carriers busy the writer would
 * wait for whatever computes there, though nobody holds the lock. So the writer does not queue.
 *
 * <p>Readers must not block while they hold it.
 */
final class WriterLock {

    private static final int SPINS = 200;
    private static final long PAUSE_NANOS = 10_000;

    private final ReentrantLock lock = new ReentrantLock();

    void lockAsWriter() {
        for (int spins = 0; !lock.tryLock(); spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        }
    }

    void lockAsReader() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }
}
