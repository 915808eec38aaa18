package io.tallygate.ratelimit;

/** Sums and products of integers that are not negative, and stay at the largest one instead of overflowing. */
final class Saturating {

    private Saturating() {}

    static long times(long a, long b) {
        long product = a * b;
        return Math.multiplyHigh(a, b) == 0 && product >= 0 ? product : Long.MAX_VALUE;
    }

    /** @param max at least {@code a} */
    static long plus(long a, long b, long max) {
        return b > max - a ? max : a + b;
    }
}
