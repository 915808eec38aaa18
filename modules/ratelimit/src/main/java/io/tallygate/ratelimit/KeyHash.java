package io.tallygate.ratelimit;

import java.security.SecureRandom;

/**
 * A key's name in a store in memory: 128 bits, of two hashes by SipHash-2-4 (J.-P. Aumasson, D. J. Bernstein, 2012) under
 * secrets of their own. So nobody who chooses keys can make two of them meet, nor many of them crowd one place. With four
 * million keys the odds that any two meet by chance are below 1 to 10^25. Immutable.
 *
 * <p>Hashes a text's UTF-16, the lower byte of each unit first. Both hashes are made in one pass, and allocate nothing once it is
 * compiled: to name keys is a large part of a decision's cost.
 */
final class KeyHash {

    static final int SECRETS = 4;

    private static final int UNITS = Long.BYTES / Character.BYTES;

    private final long[] secrets;

    /** @param secrets {@value #SECRETS} random numbers */
    KeyHash(long... secrets) {
        this.secrets = secrets.clone();
    }

    static KeyHash random(SecureRandom random) {
        return new KeyHash(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    /** The two halves of a name. */
    record Name(long high, long low) {}

    Name of(LimitKey key) {
        String text = key.text();
        var high = new SipHash(secrets[0], secrets[1]);
        var low = new SipHash(secrets[2], secrets[3]);
        int whole = text.length() / UNITS * UNITS;
        for (int i = 0; i < whole; i += UNITS) {
            long word = text.charAt(i) | ((long) text.charAt(i + 1) << 16) | ((long) text.charAt(i + 2) << 32)
                    | ((long) text.charAt(i + 3) << 48);
            high.add(word);
            low.add(word);
        }
        long last = ((long) text.length() * Character.BYTES) << 56;
        for (int i = whole; i < text.length(); i++) {
            last |= (long) text.charAt(i) << (Character.SIZE * (i - whole));
        }
        high.add(last);
        low.add(last);
        return new Name(high.end(), low.end());
    }

    long[] secrets() {
        return secrets.clone();
    }

    /** One hash on its way. Never leaves its method, so that it lives in registers. */
    private static final class SipHash {

        private long v0;
        private long v1;
        private long v2;
        private long v3;

        private SipHash(long first, long second) {
            v0 = first ^ 0x736f6d6570736575L;
            v1 = second ^ 0x646f72616e646f6dL;
            v2 = first ^ 0x6c7967656e657261L;
            v3 = second ^ 0x7465646279746573L;
        }

        private void add(long word) {
            v3 ^= word;
            round();
            round();
            v0 ^= word;
        }

        private long end() {
            v2 ^= 0xff;
            round();
            round();
            round();
            round();
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void round() {
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
