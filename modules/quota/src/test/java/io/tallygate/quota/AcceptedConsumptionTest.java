package io.tallygate.quota;

import static io.tallygate.quota.QuotaNodes.key;
import static io.tallygate.quota.QuotaNodes.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.DelegatingStore;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.OracleStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is answered before it is written. */
@Timeout(60)
final class AcceptedConsumptionTest {

    private static final AsyncSettings LONG_LINGER = new AsyncSettings(2, 3, 1_000, Duration.ofHours(1), 2,
            Duration.ofMillis(10));

    private final QuotaNodes nodes = new QuotaNodes();
    private final AtomicBoolean away = new AtomicBoolean();
    private final List<Flush> flushes = new CopyOnWriteArrayList<>();

    AcceptedConsumptionTest() {
        nodes.withPlan("limits: [{quota_type: api, limit: 10, per: day}, {quota_type: api, limit: 20, per: month}]");
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    private QuotaNodes.Node open(AsyncSettings async) {
        var store = new DelegatingStore(new OracleStore(nodes.data)) {
            @Override
            public FlushResult apply(Flush flush) {
                if (away.get()) {
                    throw new StoreUnavailableException("away", new IOException());
                }
                flushes.add(flush);
                return super.apply(flush);
            }
        };
        return nodes.open(store, async, null, nodes.clock);
    }

    private static List<Wanted> api(String value) {
        return List.of(Wanted.positive("value", "api", value));
    }

    private static long used(Quotas quotas) {
        return now(quotas.subject("acme")).limits().getFirst().used();
    }

    @Test
    void accept_always_isPendingAndThenWritten() {
        var node = open(LONG_LINGER);
        now(node.quotas().accept("acme", api("8"), null));
        assertThat(node.quotas().consumer())
                .isEqualTo(new ConsumerStatistics(true, 1, 0, 0, 0, 0, 1, 0));
        Decision check = now(node.quotas().check("acme", api("3")));
        assertThat(check.allowed()).isFalse();
        assertThat(check.limits()).extracting(LimitState::pending).containsExactly(8L, 8L);
        assertThat(used(node.quotas())).isZero();

        node.close();
        assertThat(node.quotas().consumer())
                .isEqualTo(new ConsumerStatistics(true, 1, 1, 0, 0, 1, 0, 0));
        assertThat(used(nodes.open().quotas())).isEqualTo(8);
    }

    @Test
    void accept_ofOneSubject_isOneChangeOfEachRow() {
        var node = open(new AsyncSettings(1, 1_000, 1_000, Duration.ofHours(1), 2, Duration.ofMillis(10)));
        for (int i = 0; i < 100; i++) {
            now(node.quotas().accept("acme", api("2"), null));
        }
        node.close();
        assertThat(flushes).singleElement().satisfies(flush -> assertThat(flush.postings()).singleElement()
                .satisfies(posting -> assertThat(posting.changes()).extracting(change -> ((Change.Add) change).delta())
                        .containsExactly(200L, 200L)));
        assertThat(used(nodes.open().quotas())).isEqualTo(200);
    }

    @Test
    void accept_ofEnoughRows_waitsNoLonger() {
        var node = open(new AsyncSettings(1, 1_000, 4, Duration.ofHours(1), 2, Duration.ofMillis(10)));
        now(node.quotas().putSubject("other", TestPlans.yaml("plan: basic")));
        flushes.clear();
        for (int i = 0; i < 100; i++) {
            now(node.quotas().accept("acme", api("1"), null));
        }
        assertThat(node.quotas().consumer().queued()).isEqualTo(100);

        now(node.quotas().accept("other", api("1"), null));
        while (node.quotas().consumer().processed() < 101) {
            Thread.onSpinWait();
        }
        assertThat(flushes).hasSize(1);
    }

    @Test
    void accept_ofSoManyThatTheQueueFills_waitsNoLonger() {
        var node = open(new AsyncSettings(2, 100, 10, Duration.ofHours(1), 2, Duration.ofMillis(10)));
        for (int i = 0; i < 1_000; i++) {
            now(node.quotas().accept("acme", api("1"), null));
            while (node.quotas().consumer().queued() > 12) {
                Thread.onSpinWait();
            }
        }
        assertThat(node.quotas().consumer().fallbacks()).isZero();
    }

    @Test
    void accept_withAKey_countsOnce() {
        var node = open(QuotaNodes.ASYNC);
        for (int i = 0; i < 3; i++) {
            now(node.quotas().accept("acme", api("15"), key("a")));
        }
        now(node.quotas().accept("acme", api("1"), key("a")));
        node.close();
        assertThat(used(nodes.open().quotas())).isEqualTo(15);
        assertThat(node.quotas().consumer()).extracting(ConsumerStatistics::processed, ConsumerStatistics::failed)
                .containsExactly(3L, 1L);
    }

    @Test
    void accept_whenTheQueueIsFull_commitsBeforeItAnswers() {
        var node = open(LONG_LINGER);
        for (int i = 0; i < 3; i++) {
            now(node.quotas().accept("acme", api("1"), null));
        }
        now(node.quotas().accept("acme", api("5"), null));
        assertThat(used(node.quotas())).isEqualTo(5);
        assertThat(node.quotas().consumer().fallbacks()).isEqualTo(1);
        assertThat(node.quotas().consumer().total()).isEqualTo(4);
    }

    @Test
    void accept_ofWhatNoAmountHolds_isCountedAsFailed() {
        var node = open(QuotaNodes.ASYNC);
        now(node.quotas().accept("acme", api("9007199254740992"), null));
        now(node.quotas().accept("acme", api("1"), null));
        node.close();
        assertThat(node.quotas().consumer().processed()).isEqualTo(1);
        assertThat(node.quotas().consumer().failed()).isEqualTo(1);
    }

    @Test
    void store_away_isToldAndNothingIsLostWhenItIsBack() {
        var node = open(QuotaNodes.ASYNC);
        now(node.quotas().check("acme", api("1")));
        away.set(true);
        now(node.quotas().accept("acme", api("4"), null));
        while (node.quotas().consumer().healthy()) {
            Thread.onSpinWait();
        }
        away.set(false);
        while (node.quotas().consumer().processed() == 0) {
            Thread.onSpinWait();
        }
        assertThat(node.quotas().consumer().healthy()).isTrue();
        assertThat(used(node.quotas())).isEqualTo(4);
    }

    @Test
    void close_withTheStoreAway_saysWhatIsLost() {
        var node = open(LONG_LINGER);
        now(node.quotas().accept("acme", api("4"), null));
        away.set(true);
        node.close();
        while (node.quotas().consumer().lost() == 0) {
            Thread.onSpinWait();
        }
        assertThat(node.quotas().consumer().queued()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"default, 3, 1000, 10, PT5S", "high-throughput, 5, 2000, 20, PT3S", "low-latency, 2, 500, 5, PT1S"})
    void profile_always_isItsColumn(String name, int workers, int queueMax, int batchMax, Duration linger) {
        assertThat(AsyncSettings.profile(name))
                .isEqualTo(new AsyncSettings(workers, queueMax, batchMax, linger, 3, Duration.ofMillis(100)));
    }

    @Test
    void settings_thatBreakARule_areRefused() {
        assertThatThrownBy(() -> AsyncSettings.profile("fast")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AsyncSettings(0, 1, 1, Duration.ZERO, 1, Duration.ofMillis(1)))
                .hasMessage("tallygate.quota.async.workers must be from 1 to 64");
        assertThatThrownBy(() -> QuotaSettings.of(Duration.ofDays(-1), Duration.ofDays(1), 1, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(QuotaSettings.of(Duration.ofDays(30), Duration.ofDays(1), 1, Duration.ZERO).keep())
                .isEqualTo(Duration.ofDays(31));
    }
}
