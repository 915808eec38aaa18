package io.tallygate.grpc.connect;

import java.math.BigInteger;
import java.util.List;

/** The order in which weighted instances take turns: smooth weighted round robin, as in nginx, worked out ahead. */
final class WeightedTurns {

    private static final int TURNS_MAX = 8_192;

    private WeightedTurns() {}

    /** One round: each index as often as its weight says, spread out. Long rounds are shortened, by rounding weights. */
    static int[] of(List<Integer> weights) {
        long[] shares = shares(weights);
        long total = total(shares);
        long[] current = new long[shares.length];
        int[] turns = new int[Math.toIntExact(total)];
        for (int turn = 0; turn < turns.length; turn++) {
            int best = 0;
            for (int i = 0; i < shares.length; i++) {
                current[i] += shares[i];
                best = current[i] > current[best] ? i : best;
            }
            current[best] -= total;
            turns[turn] = best;
        }
        return turns;
    }

    private static long[] shares(List<Integer> weights) {
        long divisor = weights.stream().map(weight -> BigInteger.valueOf(weight))
                .reduce(BigInteger.ZERO, BigInteger::gcd).longValue();
        long[] shares = weights.stream().mapToLong(weight -> weight / divisor).toArray();
        long total = total(shares);
        if (total > TURNS_MAX) {
            for (int i = 0; i < shares.length; i++) {
                shares[i] = Math.max(1, shares[i] * TURNS_MAX / total);
            }
        }
        return shares;
    }

    private static long total(long[] shares) {
        long total = 0;
        for (long share : shares) {
            total += share;
        }
        return total;
    }
}
