package io.tallygate.contract;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The source of every random choice and of every name a class uses, so that a failure can be run again. Safe for use by
 * several threads; a generator it hands out is not.
 */
final class Seed {

    private static final String PROPERTY = "tallygate.contract.seed";

    private final long value;
    private final String nonce = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    private final AtomicInteger names = new AtomicInteger();

    private Seed(long value) {
        this.value = value;
    }

    static Seed chosen() {
        return new Seed(Settings.find(PROPERTY).map(Long::parseLong)
                .orElseGet(() -> RandomGenerator.getDefault().nextLong(1_000_000)));
    }

    /** A generator of its own for each stream, so that threads do not disturb each other's choices. */
    RandomGenerator random(long stream) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(value * 1_000_003 + stream);
    }

    /**
     * An id that no earlier test of this or any other run has used: the deployment under test may keep its data, so a
     * name carries the time too. No choice depends on it.
     */
    String name(String prefix) {
        return prefix + "-" + nonce + "-" + names.incrementAndGet();
    }

    @Override
    public String toString() {
        return "seed " + value + " (again: -D" + PROPERTY + "=" + value + ")";
    }
}
