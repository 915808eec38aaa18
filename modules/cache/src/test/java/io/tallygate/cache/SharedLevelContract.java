package io.tallygate.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.cache.Invalidation.Kind;
import io.tallygate.cache.SharedLevel.Lease;
import io.tallygate.cache.SharedLevel.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every level that processes share does. */
public abstract class SharedLevelContract {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final byte[] DOCUMENT = "{\"format\":1,\"value\":\"déjà\"}".getBytes(UTF_8);

    private final List<SharedLevel> opened = new ArrayList<>();

    /** What was told, in words. */
    protected static final class Ear implements SharedLevel.Follower {

        private final List<String> told = new CopyOnWriteArrayList<>();
        private final AtomicInteger beats = new AtomicInteger();

        @Override
        public void heard() {
            beats.incrementAndGet();
        }

        @Override
        public void told(Invalidation what) {
            told.add(what.kind() + " " + what.key().orElse("*"));
        }

        @Override
        public void lost() {
            told.add("lost");
        }

        public List<String> told() {
            return told;
        }

        public int beats() {
            return beats.get();
        }
    }

    /** A process's level of a cache, always of the same one within a test. */
    protected abstract SharedLevel open(SharedLevel.Follower follower);

    /** Time passes. */
    protected abstract void pass(Duration time);

    /** Waits until something is so. */
    protected abstract void until(String what, BooleanSupplier condition);

    /** What is answered. */
    protected <T> T done(CompletionStage<T> stage) {
        until("it is answered", () -> stage.toCompletableFuture().isDone());
        return stage.toCompletableFuture().join();
    }

    @AfterEach
    void close() {
        opened.forEach(SharedLevel::close);
    }

    private SharedLevel level() {
        return level(new Ear());
    }

    private SharedLevel level(Ear ear) {
        SharedLevel level = open(ear);
        opened.add(level);
        until("it is heard", () -> ear.beats() > 0);
        return level;
    }

    private Lease read(SharedLevel level, String key, String lease) {
        return done(level.read(key, lease, LONG)).lease();
    }

    private void fill(SharedLevel level, String key) {
        assertThat(read(level, key, "filler")).isEqualTo(Lease.GRANTED);
        assertThat(done(level.fill(key, "filler", DOCUMENT, LONG, LONG))).isTrue();
    }

    private Optional<Stored> there(SharedLevel level, String key) {
        return done(level.peek(key)).stored();
    }

    @Test
    void read_ofNothing_grantsOneLease() {
        var level = level();
        assertThat(read(level, "a", "mine")).isEqualTo(Lease.GRANTED);
        assertThat(read(level, "a", "mine")).isEqualTo(Lease.GRANTED);
        assertThat(read(level(), "a", "other")).isEqualTo(Lease.HELD);
        assertThat(read(level, "b", "other")).isEqualTo(Lease.GRANTED);
        assertThat(done(level.peek("a")).lease()).isEqualTo(Lease.NONE);
        done(level.release("a", "other"));
        assertThat(read(level, "a", "other")).isEqualTo(Lease.HELD);
        done(level.release("a", "mine"));
        assertThat(read(level, "a", "other")).isEqualTo(Lease.GRANTED);
    }

    @Test
    void fill_withItsLease_isReadByAllAsItWas() {
        fill(level(), "a");
        var answer = done(level().read("a", "other", LONG));
        assertThat(answer.lease()).isEqualTo(Lease.NONE);
        Stored stored = answer.stored().orElseThrow();
        assertThat(stored.document()).isEqualTo(DOCUMENT);
        assertThat(stored.fresh()).isBetween(Duration.ofSeconds(1), LONG);
        assertThat(stored.age()).isBetween(Duration.ZERO, LONG);
    }

    @Test
    void fill_withoutItsLease_isRefused() {
        var level = level();
        assertThat(done(level.fill("a", "mine", DOCUMENT, LONG, LONG))).isFalse();
        assertThat(read(level, "a", "mine")).isEqualTo(Lease.GRANTED);
        assertThat(done(level.fill("a", "other", DOCUMENT, LONG, LONG))).isFalse();
        assertThat(done(level.fill("a", "mine", DOCUMENT, LONG, LONG))).isTrue();
        assertThat(done(level.fill("a", "mine", DOCUMENT, LONG, LONG))).isFalse();
    }

    @Test
    void lease_thatIsOver_isSomebodyElses() {
        var level = level();
        assertThat(done(level.read("a", "mine", SHORT)).lease()).isEqualTo(Lease.GRANTED);
        pass(SHORT.multipliedBy(2));
        assertThat(done(level.renew("a", "mine", LONG))).isFalse();
        assertThat(read(level, "a", "other")).isEqualTo(Lease.GRANTED);
        assertThat(done(level.fill("a", "mine", DOCUMENT, LONG, LONG))).isFalse();
    }

    @Test
    void lease_renewed_isHeldLonger() {
        var level = level();
        assertThat(done(level.read("a", "mine", Duration.ofSeconds(20))).lease()).isEqualTo(Lease.GRANTED);
        assertThat(done(level.renew("a", "mine", SHORT))).isTrue();
        assertThat(done(level.renew("a", "other", LONG))).isFalse();
        pass(SHORT.multipliedBy(2));
        assertThat(read(level, "a", "other")).isEqualTo(Lease.GRANTED);
    }

    @Test
    void lease_ofAFreshValue_isGrantedOnce() {
        var level = level();
        fill(level, "a");
        assertThat(done(level.lease("a", "mine", LONG))).isTrue();
        assertThat(done(level.lease("a", "other", LONG))).isFalse();
        assertThat(read(level, "a", "other")).isEqualTo(Lease.NONE);
        assertThat(done(level.fill("a", "mine", DOCUMENT, LONG, LONG))).isTrue();
    }

    @Test
    void value_afterItsLife_isThereForAWhileAndThenGone() {
        var level = level();
        assertThat(read(level, "a", "mine")).isEqualTo(Lease.GRANTED);
        assertThat(done(level.fill("a", "mine", DOCUMENT, SHORT, LONG))).isTrue();
        assertThat(read(level, "b", "mine")).isEqualTo(Lease.GRANTED);
        assertThat(done(level.fill("b", "mine", DOCUMENT, SHORT, SHORT))).isTrue();
        pass(SHORT.multipliedBy(3));
        var answer = done(level.read("a", "other", LONG));
        assertThat(answer.lease()).isEqualTo(Lease.GRANTED);
        assertThat(answer.stored().orElseThrow().fresh()).isLessThanOrEqualTo(Duration.ZERO);
        assertThat(there(level, "b")).isEmpty();
    }

    @Test
    void invalidate_endsValueAndLeaseAndIsToldToAll() {
        var ear = new Ear();
        var level = level();
        var other = level(ear);
        fill(level, "a");
        fill(level, "b");
        assertThat(done(level.lease("a", "mine", LONG))).isTrue();
        done(level.tell(List.of(new Invalidation(Kind.INVALIDATE, Optional.of("a")),
                new Invalidation(Kind.EXPIRE, Optional.of("b")), new Invalidation(Kind.EXPIRE, Optional.of("c")))));
        assertThat(there(other, "a")).isEmpty();
        assertThat(done(level.fill("a", "mine", DOCUMENT, LONG, LONG))).isFalse();
        assertThat(there(other, "b").orElseThrow().fresh()).isLessThanOrEqualTo(Duration.ZERO);
        until("it is told", () -> ear.told().size() == 3);
        assertThat(ear.told()).containsExactly("INVALIDATE a", "EXPIRE b", "EXPIRE c");
    }

    @Test
    void changeOfAll_endsAllValuesAndLeases() {
        var ear = new Ear();
        var level = level(ear);
        fill(level, "a");
        assertThat(read(level, "b", "mine")).isEqualTo(Lease.GRANTED);
        done(level.tell(List.of(new Invalidation(Kind.EXPIRE, Optional.empty()))));
        assertThat(there(level, "a").orElseThrow().fresh()).isLessThanOrEqualTo(Duration.ZERO);
        assertThat(done(level.fill("b", "mine", DOCUMENT, LONG, LONG))).isFalse();
        assertThat(read(level, "b", "mine")).isEqualTo(Lease.GRANTED);
        done(level.tell(List.of(new Invalidation(Kind.INVALIDATE, Optional.empty()))));
        assertThat(there(level, "a")).isEmpty();
        assertThat(done(level.fill("b", "mine", DOCUMENT, LONG, LONG))).isFalse();
        until("it is told", () -> ear.told().size() == 2);
        assertThat(ear.told()).containsExactly("EXPIRE *", "INVALIDATE *");
        pass(Duration.ofMillis(5));
        fill(level, "b");
        assertThat(there(level, "b").orElseThrow().fresh()).isPositive();
    }

    @Test
    void put_endsTheLeaseAndIsToldToAll() {
        var ear = new Ear();
        var level = level(ear);
        assertThat(read(level, "a", "mine")).isEqualTo(Lease.GRANTED);
        done(level.put("a", DOCUMENT, LONG, LONG));
        assertThat(done(level.fill("a", "mine", DOCUMENT, LONG, LONG))).isFalse();
        assertThat(there(level, "a")).isPresent();
        until("it is told", () -> ear.told().equals(List.of("INVALIDATE a")));
    }

    @Test
    void follower_whoComesLater_hearsOnlyWhatIsToldThen() {
        var level = level();
        done(level.tell(List.of(new Invalidation(Kind.INVALIDATE, Optional.of("before")))));
        var ear = new Ear();
        level(ear);
        done(level.tell(List.of(new Invalidation(Kind.INVALIDATE, Optional.of("after")))));
        until("it is told", () -> !ear.told().isEmpty());
        assertThat(ear.told()).containsExactly("INVALIDATE after");
        int beats = ear.beats();
        until("it goes on", () -> ear.beats() > beats + 1);
    }
}
