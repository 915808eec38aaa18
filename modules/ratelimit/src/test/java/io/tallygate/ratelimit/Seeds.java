package io.tallygate.ratelimit;

import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;

/** Random numbers of tests: the seed is printed, and {@code -Dtallygate.test.seed} takes it again. */
final class Seeds {

    private static final String SEED = "tallygate.test.seed";
    private static final String OPERATIONS = "tallygate.test.operations";

    private Seeds() {}

    static long fresh(String test) {
        long seed = Long.getLong(SEED, ThreadLocalRandom.current().nextLong());
        System.out.println(test + ": -D" + SEED + "=" + seed);
        return seed;
    }

    /** How many random operations a test against an oracle does. */
    static int operations() {
        return Integer.getInteger(OPERATIONS, 100_000);
    }

    /** Small numbers often, large ones sometimes. */
    static long skewed(SplittableRandom random, long max) {
        return Math.clamp((long) Math.pow(max + 1.0, random.nextDouble()), 1, max);
    }
}
