package io.tallygate.cache;

import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What all caches of a process have in common.
 *
 * @param ticker nanoseconds that only rise
 * @param random for jitter and early refreshes
 * @param leases names that nobody else makes up
 */
record CacheParts(InstantSource clock, LongSupplier ticker, Timers timers, Supplier<RandomGenerator> random,
        Supplier<String> leases, Supplier<Effort> effort) {

    static CacheParts ofProcess(InstantSource clock, LongSupplier ticker, Timers timers, Supplier<Effort> effort) {
        String process = UUID.randomUUID().toString();
        var last = new AtomicLong();
        return new CacheParts(clock, ticker, timers, ThreadLocalRandom::current,
                () -> process + '-' + last.incrementAndGet(), effort);
    }
}
