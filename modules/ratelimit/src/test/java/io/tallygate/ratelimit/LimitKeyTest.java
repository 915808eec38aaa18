package io.tallygate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LimitKeyTest {

    private static final Window MINUTE = new Window.Length(Duration.ofMinutes(1));
    private static final Limit LIMIT = Limit.of(Algorithm.TOKEN_BUCKET, 10, MINUTE, Precision.MEMORY);

    @Test
    void of_otherParts_isAnotherKey() {
        LimitKey key = LimitKey.of("d", List.of("a", "b_c"), LIMIT);

        assertThat(List.of(key, LimitKey.of("d", List.of("a_b", "c"), LIMIT),
                LimitKey.of("d", List.of("ab", "_c"), LIMIT),
                LimitKey.of("d", List.of("a", "b", "_c"), LIMIT), LimitKey.of("d", List.of("a", "b_c", ""), LIMIT),
                LimitKey.of("da", List.of("b_c"), LIMIT), LimitKey.of("e", List.of("a", "b_c"), LIMIT),
                LimitKey.of("d", List.of("a", "b_c/token_bucket/PT1M"), LIMIT),
                LimitKey.of("d", List.of("a", "b_c"), Limit.of(Algorithm.SLIDING_LOG, 10, MINUTE, Precision.MEMORY)),
                LimitKey.of("d", List.of("a", "b_c"),
                        Limit.of(Algorithm.TOKEN_BUCKET, 10, new Window.Length(Duration.ofHours(1)), Precision.MEMORY)),
                LimitKey.ofOwnLimit("d", List.of("a", "b_c"), LIMIT)))
                .doesNotHaveDuplicates();
    }

    @Test
    void of_otherNumbers_isTheSameKey() {
        LimitKey key = LimitKey.of("d", List.of("a", "b"), LIMIT);
        LimitKey other = LimitKey.of("d", List.of("a", "b"),
                Limit.tokenBucket(99, 7, MINUTE, Precision.MEMORY));

        assertThat(other).isEqualTo(key).hasSameHashCodeAs(key).hasToString("1:d1:a1:b/token_bucket/PT1M");
        assertThat(key.domain()).isEqualTo("d");
    }

    @Test
    void keyHash_otherSecrets_areOtherHashes() {
        LimitKey key = LimitKey.of("d", List.of("a", "b"), LIMIT);
        var random = new SecureRandom();
        KeyHash hash = KeyHash.random(random);

        assertThat(new KeyHash(hash.secrets()).of(key)).isEqualTo(hash.of(key));
        KeyHash.Name name = hash.of(key);
        KeyHash.Name other = KeyHash.random(random).of(key);
        assertThat(List.of(name.high(), name.low(), other.high(), other.low())).doesNotHaveDuplicates();
    }

    @Test
    void keyHash_anyText_isSipHashAsALibraryHasIt() {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 2_000; i++) {
            long[] secrets = random.longs(KeyHash.SECRETS).toArray();
            int last = random.nextBoolean() ? 0x7f : Character.MAX_VALUE;
            String text = random.ints(random.nextInt(200), 0, last + 1)
                    .collect(StringBuilder::new, (built, unit) -> built.append((char) unit), StringBuilder::append)
                    .toString();

            assertThat(new KeyHash(secrets).of(LimitKey.restored("d", text))).isEqualTo(new KeyHash.Name(
                    Hashing.sipHash24(secrets[0], secrets[1]).hashUnencodedChars(text).asLong(),
                    Hashing.sipHash24(secrets[2], secrets[3]).hashUnencodedChars(text).asLong()));
        }
    }

    @Test
    void leaseId_thatWasNotGiven_isEmpty() {
        String id = new LeaseId(new Leases.Name(1, -2), new long[]{3, 4, 5, 6}).encoded();

        assertThat(LeaseId.decoded(id)).hasValueSatisfying(lease -> {
            assertThat(lease.name()).isEqualTo(new Leases.Name(1, -2));
            assertThat(lease.hashes()).containsExactly(3, 4, 5, 6);
        });
        assertThat(LeaseId.decoded("")).isEmpty();
        assertThat(LeaseId.decoded("not base 64!")).isEmpty();
        assertThat(LeaseId.decoded(id.substring(4))).isEmpty();
        assertThat(LeaseId.decoded(new LeaseId(new Leases.Name(1, 2), new long[0]).encoded())).isEmpty();
        assertThat(LeaseId.decoded("A".repeat(1_000_000))).isEmpty();
    }
}
