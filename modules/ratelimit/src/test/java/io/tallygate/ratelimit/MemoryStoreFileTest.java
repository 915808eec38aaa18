package io.tallygate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An orderly restart. */
class MemoryStoreFileTest {

    private final TestClock clock = new TestClock();
    private final List<Claim> claims = new ArrayList<>();
    @TempDir
    Path directory;
    private Path file = Path.of("");

    @BeforeEach
    void chooseFile() {
        file = directory.resolve("data/ratelimits.snapshot");
    }

    private MemoryStore filled(long seed) {
        var random = new SplittableRandom(seed);
        for (int user = 0; user < 200; user++) {
            for (Algorithm algorithm : Algorithm.values()) {
                Window window = algorithm == Algorithm.FIXED_WINDOW && user % 2 == 0
                        ? new Window.Calendar(Window.Calendar.Unit.MONTH, ZoneId.of("Asia/Tokyo"))
                        : new Window.Length(Duration.ofMillis(Seeds.skewed(random, 1_000_000)));
                Limit limit = algorithm == Algorithm.TOKEN_BUCKET
                        ? Limit.tokenBucket(1 + random.nextInt(50), 1 + random.nextInt(50), window, Precision.MEMORY)
                        : Limit.of(algorithm, 1 + random.nextInt(50), window, Precision.MEMORY);
                claims.add(Claim.of(LimitKey.of("file", List.of("user", "" + user), limit), "name", limit, 1));
            }
        }
        var store = new MemoryStore(MemoryStore.BYTES_MIN, clock);
        for (int i = 0; i < 20_000; i++) {
            clock.advance(Seeds.skewed(random, 10_000_000));
            Claim claim = claims.get(random.nextInt(claims.size()));
            store.take(new RateLimitRequest(List.of(claim), Counting.ALL_OR_NOTHING, random.nextInt(50) == 0,
                    random.nextInt(3) == 0));
        }
        return store;
    }

    private List<LimitDecision> looks(MemoryStore store) {
        return claims.stream().map(claim -> RateLimitRequest.allOf(List.of(claim)))
                .map(request -> store.peek(request).toCompletableFuture().join().limits().getFirst()).toList();
    }

    @Test
    void restored_afterSave_decidesAsBefore() throws IOException {
        long seed = Seeds.fresh("restart");
        MemoryStore store = filled(seed);
        List<LimitDecision> before = looks(store);
        store.save(file);

        MemoryStore restored = MemoryStore.restored(file, MemoryStore.BYTES_MIN, clock);

        assertThat(looks(restored)).as("seed %d", seed).isEqualTo(before);
        assertThat(before).anyMatch(look -> !look.allowed());
        assertThat(restored.evictions()).isZero();
        assertThat(file).doesNotExist();
        assertThat(looks(MemoryStore.restored(file, MemoryStore.BYTES_MIN, clock))).allMatch(LimitDecision::allowed);
    }

    @Test
    void restored_lease_canBeRenewedAndReleased() throws IOException {
        var store = new MemoryStore(MemoryStore.BYTES_MIN, clock);
        Limit limit = Limit.of(Algorithm.CONCURRENCY, 1, new Window.Length(Duration.ofMinutes(1)), Precision.MEMORY);
        Claim claim = Claim.of(LimitKey.of("file", List.of("user", "1"), limit), "name", limit, 1);
        Lease lease = store.take(new RateLimitRequest(List.of(claim), Counting.EACH, false, true)).toCompletableFuture()
                .join().lease().orElseThrow();
        store.save(file);
        clock.advance(Duration.ofSeconds(30));

        MemoryStore restored = MemoryStore.restored(file, MemoryStore.BYTES_MIN, clock);

        assertThat(restored.renew(lease.id()).toCompletableFuture().join()).hasValue(lease.expiresAt().plusSeconds(30));
        restored.release(lease.id());
        assertThat(restored.take(RateLimitRequest.allOf(List.of(claim))).toCompletableFuture().join().allowed())
                .isTrue();
    }

    @Test
    void restored_logOfMoreHitsThanItsLimitHasNow_keepsTheirTimes() throws IOException {
        var store = new MemoryStore(MemoryStore.BYTES_MIN, clock);
        var minute = new Window.Length(Duration.ofMinutes(1));
        Limit five = Limit.of(Algorithm.SLIDING_LOG, 5, minute, Precision.MEMORY);
        Limit two = Limit.of(Algorithm.SLIDING_LOG, 2, minute, Precision.MEMORY);
        LimitKey key = LimitKey.of("file", List.of("user", "1"), five);
        for (int hit = 0; hit < 5; hit++) {
            store.take(RateLimitRequest.allOf(List.of(Claim.of(key, "name", five, 1))));
            clock.advance(Duration.ofSeconds(1));
        }
        // The lower limit is what its state is kept by once something is given back.
        store.refund(RateLimitRequest.allOf(List.of(Claim.of(key, "name", two, 1))));
        claims.add(Claim.of(key, "name", two, 1));
        List<LimitDecision> before = looks(store);
        store.save(file);

        MemoryStore restored = MemoryStore.restored(file, MemoryStore.BYTES_MIN, clock);

        assertThat(looks(restored)).isEqualTo(before);
        clock.advance(Duration.ofSeconds(58));
        assertThat(looks(restored).getFirst().allowed()).isTrue();
    }

    @Test
    void restored_muchLater_holdsOnlyWhatStillCounts() throws IOException {
        MemoryStore store = filled(1);
        store.save(file);
        clock.advance(Duration.ofDays(62));

        assertThat(MemoryStore.restored(file, MemoryStore.BYTES_MIN, clock).keys()).isZero();
    }

    @Test
    void save_overAnEarlierFile_replacesIt() throws IOException {
        var store = new MemoryStore(MemoryStore.BYTES_MIN, clock);
        store.save(file);
        store.save(file);

        assertThat(Files.getPosixFilePermissions(file)).containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE);
        assertThat(directory.resolve("data")).isDirectoryContaining(path -> path.equals(file));
        try (var files = Files.list(file.resolveSibling("."))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void restored_damagedAnywhere_isRefusedByNameAndLeftAsItWas() throws IOException {
        filled(2).save(file);
        byte[] whole = Files.readAllBytes(file);
        long seed = Seeds.fresh("damaged");
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 200; i++) {
            byte[] damaged = whole.clone();
            if (i % 2 == 0) {
                damaged[8 + random.nextInt(whole.length - 8)] ^= (byte) (1 << random.nextInt(8));
            } else {
                damaged = Arrays.copyOf(whole, i == 1 ? 0 : random.nextInt(whole.length));
            }
            Files.write(file, damaged);
            assertThatThrownBy(() -> MemoryStore.restored(file, MemoryStore.BYTES_MIN, clock))
                    .as("seed %d, %d", seed, i).isInstanceOf(IOException.class)
                    .hasMessageContaining(file + " cannot be restored: it is damaged");
            assertThat(file).hasBinaryContent(damaged);
        }
    }

    @Test
    void restored_fromALaterVersion_isRefusedByNameAndLeftAsItWas() throws IOException {
        filled(3).save(file);
        byte[] later = Files.readAllBytes(file);
        ByteBuffer.wrap(later).putInt(Integer.BYTES, 2);
        sign(later);
        Files.write(file, later);

        assertThatThrownBy(() -> MemoryStore.restored(file, MemoryStore.BYTES_MIN, clock))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining("a later version")
                .hasMessageContaining("2");
        assertThat(file).hasBinaryContent(later);
    }

    @Test
    void restored_limitThatIsUnknown_isRefusedByNameAndLeftAsItWas() throws IOException {
        filled(4).save(file);
        byte[] changed = Files.readAllBytes(file);
        int name = new String(changed, StandardCharsets.ISO_8859_1).indexOf("sliding_log");
        changed[name] = 'g';
        sign(changed);
        Files.write(file, changed);

        assertThatThrownBy(() -> MemoryStore.restored(file, MemoryStore.BYTES_MIN, clock))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining("a limit that this version does not know");
        assertThat(file).hasBinaryContent(changed);
    }

    private static void sign(byte[] content) {
        var checksum = new CRC32C();
        checksum.update(content, 0, content.length - Long.BYTES);
        ByteBuffer.wrap(content).putLong(content.length - Long.BYTES, checksum.getValue());
    }

    @Test
    void restored_intoLessMemory_keepsWhatFits() throws IOException {
        var store = new MemoryStore(4 * MemoryStore.BYTES_MIN, clock);
        Limit limit = Limit.of(Algorithm.TOKEN_BUCKET, 10, new Window.Length(Duration.ofHours(1)), Precision.MEMORY);
        for (int user = 0; user < 400_000; user++) {
            store.take(RateLimitRequest.allOf(
                    List.of(Claim.of(LimitKey.of("file", List.of("user", "" + user), limit), "name", limit, 1))));
        }
        assertThat(store.evictions()).isZero();
        store.save(file);

        MemoryStore restored = MemoryStore.restored(file, MemoryStore.BYTES_MIN, clock);

        assertThat(restored.keys()).isBetween(200_000L, 280_000L);
        assertThat(restored.evictions()).isEqualTo(400_000 - restored.keys());
        assertThat(restored.bytes()).isLessThanOrEqualTo(MemoryStore.BYTES_MIN);
    }
}
