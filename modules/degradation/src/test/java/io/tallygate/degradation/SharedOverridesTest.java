package io.tallygate.degradation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.degradation.DegradationAdmin.Scope;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.SettingValues;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.HookedStore;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.StoredLedger;
import io.tallygate.ledger.TestSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What processes with one store know of each other's overrides. */
final class SharedOverridesTest {

    private static final long POLL = TimeUnit.SECONDS.toNanos(SharedOverrides.POLL_SECONDS);

    private final OracleStore.Data data = new OracleStore.Data();
    private final AtomicBoolean isAway = new AtomicBoolean();
    private final List<StoredLedger> ledgers = new ArrayList<>();
    private final InstantSource clock = InstantSource.system();
    private long now;

    @AfterEach
    void close() {
        isAway.set(false);
        ledgers.forEach(StoredLedger::close);
    }

    private SharedOverrides node(String name) {
        var store = new HookedStore(new OracleStore(data), () -> {
            if (isAway.get()) {
                throw new StoreUnavailableException("refused", new IllegalStateException());
            }
        });
        var ledger = new StoredLedger(store, SharedOverrides.BOOK, List.of(), CommitSettings.of(SettingValues.NONE),
                TestSettings.LEDGER, CommitMetrics.NONE, clock, System::nanoTime);
        ledgers.add(ledger);
        return new SharedOverrides(() -> ledger, true, name, clock);
    }

    private LevelOverride override(Level level, Duration ttl) {
        return new LevelOverride(level, "reads", "drill", "ops", clock.instant().plus(ttl).truncatedTo(
                ChronoUnit.MILLIS));
    }

    private void awaitSeen(SharedOverrides node, LevelOverride... overrides) {
        Await.until("the other process knows", () -> {
            now += POLL;
            node.look(now);
            return List.copyOf(node.inEffect(clock.instant()).values()).equals(List.of(overrides));
        });
    }

    private static Scope scope(CompletionStage<Scope> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    @Test
    void set_always_isInEffectHereAtOnceAndElsewhereSoon() {
        SharedOverrides one = node("one");
        SharedOverrides other = node("other");
        LevelOverride override = override(Level.MINIMAL, Duration.ofHours(1));

        var shared = one.set(override);
        assertThat(one.inEffect(clock.instant())).containsEntry("reads", override);
        assertThat(scope(shared)).isEqualTo(Scope.ALL);
        awaitSeen(other, override);
        awaitSeen(node("started later"), override);

        assertThat(scope(other.clear("reads"))).isEqualTo(Scope.ALL);
        assertThat(other.inEffect(clock.instant())).isEmpty();
        awaitSeen(one);
    }

    @Test
    void set_theStoreIsAway_isOfThisProcessAlone() {
        SharedOverrides one = node("one");
        isAway.set(true);
        LevelOverride override = override(Level.MINIMAL, Duration.ofHours(1));
        assertThat(scope(one.set(override))).isEqualTo(Scope.NODE);
        assertThat(one.inEffect(clock.instant())).containsEntry("reads", override);
    }

    @Test
    void clear_theStoreIsAway_staysEndedWhenItIsBack() {
        SharedOverrides one = node("one");
        SharedOverrides other = node("other");
        assertThat(scope(one.set(override(Level.MINIMAL, Duration.ofHours(1))))).isEqualTo(Scope.ALL);
        isAway.set(true);
        assertThat(scope(one.clear("reads"))).isEqualTo(Scope.NODE);
        assertThat(one.inEffect(clock.instant())).isEmpty();
        isAway.set(false);
        Await.until("the ledger knows that it has ended", () -> {
            now += POLL;
            one.look(now);
            other.look(now);
            assertThat(one.inEffect(clock.instant())).isEmpty();
            return other.inEffect(clock.instant()).isEmpty();
        });
    }

    @Test
    void inEffect_whoseTimeIsOver_isForgotten() {
        SharedOverrides one = node("one");
        LevelOverride override = override(Level.MINIMAL, Duration.ofMillis(200));
        scope(one.set(override));
        assertThat(one.inEffect(override.until())).isEmpty();
        Await.until("its time is over", () -> !clock.instant().isBefore(override.until()));
        SharedOverrides other = node("other");
        for (int i = 0; i < 20; i++) {
            now += POLL;
            other.look(now);
            assertThat(other.inEffect(clock.instant())).isEmpty();
        }
    }

    @Test
    void nodes_always_areTheOthersAndTheirLevels() {
        SharedOverrides one = node("one");
        SharedOverrides other = node("other");
        Await.until("each knows of the other", () -> {
            now += POLL;
            one.look(now);
            other.look(now);
            one.tell(Level.NORMAL);
            other.tell(Level.DEGRADED);
            return one.nodes(clock.instant()).stream().map(NodeLevel::level).toList().equals(List.of(Level.DEGRADED))
                    && other.nodes(clock.instant()).stream().map(NodeLevel::node).toList().equals(List.of("one"));
        });
        assertThat(one.nodes(clock.instant().plus(Duration.ofMinutes(2)))).isEmpty();
    }
}
