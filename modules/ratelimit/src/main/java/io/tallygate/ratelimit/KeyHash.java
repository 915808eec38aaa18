package io.tallygate.ratelimit;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.security.SecureRandom;

/**
 * A key's name in a store in memory: 128 bits, of two hashes by SipHash-2-4 (J.-P. Aumasson, D. J. Bernstein, 2012) under
 * secrets of their own. So nobody who chooses keys can make two of them meet, nor many of them crowd one place. With four
 * million keys the odds that any two meet by chance are below 1 to 10^25. Immutable.
 */
final class KeyHash {

    static final int SECRETS = 4;

    private final long[] secrets;
    private final HashFunction high;
    private final HashFunction low;

    /** @param secrets {@value #SECRETS} random numbers */
    KeyHash(long... secrets) {
        this.secrets = secrets.clone();
        this.high = Hashing.sipHash24(secrets[0], secrets[1]);
        this.low = Hashing.sipHash24(secrets[2], secrets[3]);
    }

    static KeyHash random(SecureRandom random) {
        return new KeyHash(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    long high(LimitKey key) {
        return high.hashUnencodedChars(key.text()).asLong();
    }

    long low(LimitKey key) {
        return low.hashUnencodedChars(key.text()).asLong();
    }

    long[] secrets() {
        return secrets.clone();
    }
}
