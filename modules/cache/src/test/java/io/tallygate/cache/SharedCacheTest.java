package io.tallygate.cache;

import static io.tallygate.cache.Nodes.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.StoreUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Caches of processes that share an L2. */
final class SharedCacheTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final CachePolicy POLICY = CachePolicy.DEFAULT.withJitter(0)
            .withLives(Duration.ofMinutes(5), Duration.ofMinutes(30));

    private final Nodes nodes = new Nodes(2);
    private final Source source = nodes.source;
    private final SimulatedShared.Node oneNode = nodes.shared.node();
    private final SimulatedShared.Node otherNode = nodes.shared.node();
    private final LevelledCache<String> one = nodes.open(POLICY, oneNode);
    private final LevelledCache<String> other = nodes.open(POLICY, otherNode);

    private void settle() {
        nodes.pass(SECOND);
    }

    @Test
    void get_whatAnotherProcessHasLoaded_isFromL2AsOfThen() {
        source.set("a", "1");
        assertThat(nodes.value(one, "a")).isEqualTo("1");
        settle();
        Cached<String> found = nodes.soon(other.get("a"));
        assertThat(found.value()).contains("1");
        assertThat(Duration.between(found.asOf(), nodes.time.instant())).isBetween(SECOND, SECOND.multipliedBy(2));
        assertThat(source.loads).hasSize(1);
        assertThat(other.figures().sharedHits()).isOne();
        assertThat(nodes.shared.document("a").orElseThrow())
                .startsWith("{\"format\":1,\"type\":\"text.1\",\"load_nanos\":").endsWith(",\"value\":\"1\"}");
    }

    @Test
    void get_whileAnotherProcessLoads_waitsForIt() {
        source.set("a", "1");
        source.delay = () -> SECOND;
        CompletionStage<Cached<String>> first = one.get("a");
        CompletionStage<Cached<String>> second = other.get("a");
        assertThat(nodes.soon(first).value()).contains("1");
        assertThat(nodes.soon(second).value()).contains("1");
        assertThat(source.loads).hasSize(1);
    }

    @Test
    void get_whileAnotherProcessLoadsLongerThanALease_waitsForIt() {
        source.set("a", "1");
        source.delay = () -> Duration.ofSeconds(25);
        CompletionStage<Cached<String>> first = one.get("a");
        CompletionStage<Cached<String>> second = other.get("a");
        nodes.pass(Duration.ofSeconds(27));
        assertThat(source.loads).hasSize(1);
        assertThat(nodes.failure(first)).isInstanceOf(StoreUnavailableException.class);
        assertThat(nodes.failure(second)).isInstanceOf(StoreUnavailableException.class);
        assertThat(now(one.get("a")).value()).contains("1");
        assertThat(now(other.get("a")).value()).contains("1");
    }

    /** Whoever is asked anew begins anew: else those that nobody waits for would ask for ever. */
    @Test
    void get_whileAnotherProcessLoadsForEver_isGivenUp() {
        SharedLevel somebody = nodes.shared.node().open("texts", new SharedLevelContract.Ear());
        assertThat(nodes.soon(somebody.lease("a", "somebody", Duration.ofHours(1)))).isTrue();
        assertThat(nodes.failure(other.get("a"))).isInstanceOf(StoreUnavailableException.class);
        nodes.pass(LevelledCache.LOAD_MAX.plus(SECOND));
        int calls = otherNode.calls;
        nodes.pass(Duration.ofMinutes(1));
        assertThat(otherNode.calls).isEqualTo(calls);
        somebody.close();
    }

    @Test
    void get_whenWhoeverLoadedHasDied_loadsOnceItsLeaseIsOver() {
        source.set("a", "1");
        source.delay = () -> Duration.ofMinutes(10);
        var _ = one.get("a");
        nodes.pass(Duration.ofMillis(100));
        oneNode.isCut = true;
        source.delay = () -> Duration.ZERO;
        var _ = other.get("a");
        nodes.pass(LevelledCache.LEASE_LIFE.plus(SECOND));
        assertThat(now(other.get("a")).value()).contains("1");
        assertThat(source.loads).hasSize(2);
    }

    @Test
    void get_afterAnotherProcessFailedToLoad_isNotKeptWaiting() {
        source.set("a", "1");
        source.isAway = true;
        assertThat(nodes.failure(one.get("a"))).hasMessage("away");
        source.isAway = false;
        settle();
        var found = other.get("a");
        nodes.pass(Duration.ofMillis(50));
        assertThat(now(found).value()).contains("1");
    }

    @Test
    void invalidate_byAnotherProcess_isInEffectHere() {
        source.set("a", "1");
        assertThat(nodes.value(one, "a")).isEqualTo("1");
        settle();
        assertThat(nodes.value(other, "a")).isEqualTo("1");
        source.set("a", "2");
        assertThat(nodes.soon(one.invalidate("a"))).isEqualTo(Reach.SENT);
        assertThat(nodes.value(one, "a")).isEqualTo("2");
        nodes.pass(Duration.ofSeconds(3));
        assertThat(nodes.value(other, "a")).isEqualTo("2");
        assertThat(source.loads).hasSize(2);
        assertThat(one.figures().invalidationsSent()).isOne();
        assertThat(other.figures().invalidationsReceived()).isOne();
    }

    @Test
    void invalidate_whileAnotherProcessLoads_refusesItsFill() {
        source.set("a", "1");
        source.delay = () -> Duration.ofMillis(500);
        CompletionStage<Cached<String>> before = other.get("a");
        nodes.pass(Duration.ofMillis(100));
        source.set("a", "2");
        assertThat(nodes.soon(one.invalidate("a"))).isEqualTo(Reach.SENT);
        assertThat(nodes.soon(before).value()).contains("1");
        settle();
        assertThat(nodes.shared.document("a")).isEmpty();
        assertThat(other.figures().fillsRefused()).isOne();
        assertThat(nodes.value(other, "a")).isEqualTo("2");
    }

    @Test
    void put_byAnotherProcess_isSeenHereWithoutALoad() {
        source.set("a", "1");
        assertThat(nodes.value(other, "a")).isEqualTo("1");
        assertThat(nodes.soon(one.put("a", "2"))).isEqualTo(Reach.SENT);
        settle();
        assertThat(nodes.value(other, "a")).isEqualTo("2");
        assertThat(nodes.value(one, "a")).isEqualTo("2");
        assertThat(source.loads).hasSize(1);
    }

    @Test
    void invalidateAllAndExpireAll_reachEveryProcess() {
        source.set("a", "1");
        assertThat(nodes.value(one, "a")).isEqualTo("1");
        settle();
        assertThat(nodes.value(other, "a")).isEqualTo("1");
        source.set("a", "2");
        assertThat(nodes.soon(one.expireAll())).isEqualTo(Reach.SENT);
        settle();
        source.isAway = true;
        assertThat(nodes.soon(other.get("a"))).extracting(Cached::value, Cached::stale)
                .containsExactly(Optional.of("1"), true);
        assertThat(nodes.soon(one.invalidateAll())).isEqualTo(Reach.SENT);
        settle();
        assertThat(nodes.failure(other.get("a"))).hasMessage("away");
        assertThat(nodes.failure(one.get("a"))).hasMessage("away");
    }

    @Test
    void expire_leavesAValueInL2ThatStandsInForAProcessThatNeverHadIt() {
        source.set("a", "1");
        assertThat(nodes.value(one, "a")).isEqualTo("1");
        settle();
        assertThat(nodes.soon(one.expire("a"))).isEqualTo(Reach.SENT);
        settle();
        source.isAway = true;
        assertThat(nodes.soon(other.get("a"))).extracting(Cached::value, Cached::stale)
                .containsExactly(Optional.of("1"), true);
        int loads = source.loads.size();
        assertThat(nodes.soon(other.get("a")).stale()).isTrue();
        assertThat(source.loads).hasSize(loads);
    }

    @Test
    void slowLoad_withAnExpiredValueInL2Alone_tellsThat() {
        source.set("a", "1");
        assertThat(nodes.value(one, "a")).isEqualTo("1");
        settle();
        assertThat(nodes.soon(one.expire("a"))).isEqualTo(Reach.SENT);
        settle();
        source.delay = () -> Duration.ofSeconds(10);
        CompletableFuture<Cached<String>> found = other.get("a").toCompletableFuture();
        nodes.pass(POLICY.soft());
        assertThat(now(found).stale()).isTrue();
    }

    @Test
    void l2_takenAwayWhileItIsRead_isDoneWithout() {
        source.set("a", "1");
        settle();
        nodes.delay = Duration.ofMillis(100);
        CompletionStage<Cached<String>> reading = one.get("a");
        nodes.pass(Duration.ofMillis(50));
        oneNode.isCut = true;
        assertThat(nodes.soon(reading).value()).contains("1");
        assertThat(one.figures().sharedFailures()).isPositive();
    }

    @Test
    void l2_away_isLeftAloneAndValuesLiveFiveSeconds() {
        oneNode.isCut = true;
        nodes.pass(Duration.ofSeconds(3));
        IntStream.range(0, 100).forEach(i -> source.set("k" + i, "v"));
        IntStream.range(0, 100).forEach(i -> assertThat(nodes.value(one, "k" + i)).isEqualTo("v"));
        assertThat(oneNode.calls).isLessThan(30);
        assertThat(source.loads).hasSize(100);
        assertThat(now(one.get("k99")).value()).contains("v");
        nodes.pass(LocalLevel.ALONE_LIFE);
        assertThat(nodes.value(one, "k99")).isEqualTo("v");
        assertThat(source.loads).hasSize(101);
    }

    @Test
    void l2_silent_isAskedBeforeWhatIsHereIsUsed() {
        source.set("a", "1");
        assertThat(nodes.value(one, "a")).isEqualTo("1");
        settle();
        oneNode.isCut = true;
        nodes.pass(Duration.ofSeconds(2));
        source.set("a", "2");
        assertThat(nodes.value(one, "a")).isEqualTo("2");
    }

    @Test
    void l2AndMessagesAway_thenBack_nothingStaleIsTold() {
        source.set("a", "1");
        assertThat(nodes.value(one, "a")).isEqualTo("1");
        settle();
        assertThat(nodes.value(other, "a")).isEqualTo("1");
        otherNode.isCut = true;
        source.set("a", "2");
        assertThat(nodes.soon(one.invalidate("a"))).isEqualTo(Reach.SENT);
        nodes.pass(Duration.ofSeconds(5));
        otherNode.isCut = false;
        assertThat(nodes.value(other, "a")).isEqualTo("2");
        nodes.pass(Duration.ofSeconds(3));
        assertThat(nodes.value(other, "a")).isEqualTo("2");
        assertThat(other.figures().resyncs()).isOne();
    }

    @Test
    void messagesLost_nothingFromBeforeIsTold() {
        source.set("a", "1");
        assertThat(nodes.value(one, "a")).isEqualTo("1");
        settle();
        assertThat(nodes.value(other, "a")).isEqualTo("1");
        otherNode.isCut = true;
        source.set("a", "2");
        assertThat(nodes.soon(one.invalidate("a"))).isEqualTo(Reach.SENT);
        nodes.shared.trim();
        nodes.pass(SECOND);
        otherNode.isCut = false;
        nodes.pass(SECOND);
        source.isAway = true;
        assertThat(nodes.failure(other.get("a"))).hasMessage("away");
        source.isAway = false;
        assertThat(nodes.value(other, "a")).isEqualTo("2");
    }

    @Test
    void invalidate_whileL2IsAway_isPendingAndSentOnceItIsBack() {
        source.set("a", "1");
        assertThat(nodes.value(one, "a")).isEqualTo("1");
        settle();
        assertThat(nodes.value(other, "a")).isEqualTo("1");
        oneNode.isCut = true;
        source.set("a", "2");
        assertThat(nodes.soon(one.invalidate("a"))).isEqualTo(Reach.PENDING);
        assertThat(one.figures().invalidationsPending()).isOne();
        assertThat(nodes.value(one, "a")).isEqualTo("2");
        oneNode.isCut = false;
        // L2 still has the old value: it must not be asked as long as the change is pending.
        nodes.pass(Duration.ofMillis(100));
        assertThat(one.figures().invalidationsPending()).isOne();
        assertThat(nodes.shared.document("a").orElseThrow()).contains("\"1\"");
        assertThat(nodes.value(one, "a")).isEqualTo("2");
        nodes.pass(Duration.ofSeconds(5));
        assertThat(one.figures().invalidationsPending()).isZero();
        assertThat(nodes.value(other, "a")).isEqualTo("2");
    }

    @Test
    void invalidations_pendingOnes_areOneForAllBeyondTenThousand() {
        oneNode.isCut = true;
        nodes.pass(Duration.ofSeconds(3));
        for (int i = 0; i <= PendingChanges.KEYS_MAX; i++) {
            var _ = one.expire("k" + i);
        }
        assertThat(one.figures().invalidationsPending()).isOne();
        source.set("x", "1");
        assertThat(nodes.value(other, "x")).isEqualTo("1");
        settle();
        oneNode.isCut = false;
        nodes.pass(Duration.ofSeconds(5));
        assertThat(one.figures().invalidationsPending()).isZero();
        assertThat(nodes.shared.document("x")).isEmpty();
    }

    /** There is no room for the change of its key, so that it stands for all that was pending. */
    @Test
    void put_withoutRoomAmongPendingOnes_tellsOfThemToo() {
        source.set("k7", "1");
        assertThat(nodes.value(other, "k7")).isEqualTo("1");
        settle();
        source.set("k7", "2");
        oneNode.isCut = true;
        for (int i = 0; i < PendingChanges.KEYS_MAX; i++) {
            var _ = one.invalidate("k" + i);
        }
        nodes.pass(Duration.ofMillis(1_200));
        assertThat(one.figures().invalidationsPending()).isEqualTo(PendingChanges.KEYS_MAX);
        oneNode.isCut = false;
        assertThat(nodes.soon(one.put("new", "1"))).isEqualTo(Reach.SENT);
        settle();
        assertThat(nodes.value(other, "k7")).isEqualTo("2");
        assertThat(nodes.value(other, "new")).isEqualTo("1");
        assertThat(source.loads).as("what was put is shared").doesNotContain("new");
        assertThat(one.figures().invalidationsPending()).isZero();
    }

    /** Between any two steps of it, and where its question overtakes the word of that. */
    @Test
    void peek_whileItsKeyIsInvalidated_bringsNothingBack() {
        for (int steps = 0; steps < 5; steps++) {
            String key = "k" + steps;
            source.set(key, "1");
            assertThat(nodes.value(one, key)).isEqualTo("1");
            settle();
            nodes.questionsBefore = steps;
            nodes.between = () -> {
                nodes.delay = Duration.ofMillis(300);
                var _ = other.invalidate(key);
                nodes.delay = Duration.ofMillis(1);
            };
            var _ = nodes.soon(other.peek(key));
            if (nodes.between == null) {
                assertThat(now(other.peek(key))).as("after %d steps", steps).isEmpty();
            }
            nodes.between = null;
            settle();
        }
    }

    /** As a busy or far server is: its answers are used, and when they come too late it is done without. */
    @Test
    void l2_slow_isUsedUntilItIsTooSlow() {
        source.set("a", "1");
        source.set("b", "1");
        assertThat(nodes.value(one, "a")).isEqualTo("1");
        settle();
        nodes.delay = Duration.ofMillis(100);
        settle();
        assertThat(nodes.value(other, "a")).isEqualTo("1");
        assertThat(source.loads).hasSize(1);
        assertThat(other.figures().sharedFailures()).isZero();
        nodes.delay = SharedAccess.TIMEOUT;
        CompletableFuture<Cached<String>> late = other.get("b").toCompletableFuture();
        nodes.pass(SharedAccess.TIMEOUT);
        assertThat(now(late).value()).contains("1");
        assertThat(other.figures().sharedFailures()).isOne();
    }

    @Test
    void unreadable_isAMissThatIsCountedAndLeftToOthers() {
        nodes.shared.bring("a", "{\"format\":2,\"value\":\"9\"}", SECOND.multipliedBy(60), SECOND);
        nodes.shared.bring("b", "{\"format\":1,\"type\":\"other.1\",\"load_nanos\":1,\"value\":\"9\"}",
                SECOND.multipliedBy(60), SECOND);
        nodes.shared.bring("c", "{\"format\":1,\"type\":\"text.1\",\"load_nanos\":1,\"value\":9}",
                SECOND.multipliedBy(60), SECOND);
        for (String key : new String[]{"a", "b", "c"}) {
            source.set(key, "1");
            assertThat(nodes.value(one, key)).isEqualTo("1");
        }
        settle();
        assertThat(one.figures().unreadable()).isEqualTo(3);
        assertThat(nodes.shared.document("a")).contains("{\"format\":2,\"value\":\"9\"}");
    }

    @Test
    void unwritable_isToldAndKeptHereAndNotShared() {
        var unwritable = new ValueCodec<String>() {
            @Override
            public String type() {
                return "text.1";
            }

            @Override
            public byte[] encode(String value) {
                throw new IllegalStateException("unwritable");
            }

            @Override
            public String decode(byte[] json) {
                return new Texts("text.1").decode(json);
            }
        };
        var cache = nodes.open(CacheSpec.<String>named("texts").loadedBy(source).sharedAs(unwritable).with(POLICY),
                nodes.shared.node());
        source.set("a", "1");
        assertThat(nodes.value(cache, "a")).isEqualTo("1");
        assertThat(nodes.value(cache, "a")).isEqualTo("1");
        assertThat(source.loads).hasSize(1);
        settle();
        assertThat(nodes.value(other, "a")).as("whose lease is free").isEqualTo("1");
        assertThatThrownBy(() -> cache.put("a", "2")).hasMessage("unwritable");
        settle();
        assertThat(nodes.value(cache, "a")).isEqualTo("1");
    }

    @Test
    void negative_isShared() {
        assertThat(nodes.value(one, "a")).isEqualTo("-");
        settle();
        assertThat(nodes.value(other, "a")).isEqualTo("-");
        assertThat(source.loads).hasSize(1);
        source.set("a", "1");
        nodes.pass(POLICY.negativeLife());
        assertThat(nodes.value(other, "a")).isEqualTo("1");
    }

    @Test
    void earlyRefresh_whileAnotherProcessRefreshes_isLeftToIt() {
        CachePolicy minute = POLICY.withLives(Duration.ofMinutes(1), Duration.ofMinutes(1));
        var first = nodes.open(minute, nodes.shared.node());
        var second = nodes.open(minute, nodes.shared.node());
        source.delay = () -> Duration.ofMillis(500);
        source.set("a", "1");
        assertThat(nodes.value(first, "a")).isEqualTo("1");
        settle();
        assertThat(nodes.value(second, "a")).isEqualTo("1");
        for (int i = 0; i < 6_300; i++) {
            nodes.pass(Duration.ofMillis(10));
            assertThat(now(first.get("a")).value()).contains("1");
            assertThat(now(second.get("a")).value()).contains("1");
        }
        assertThat(source.atOnceMax).isOne();
        assertThat(first.figures().earlyRefreshes() + second.figures().earlyRefreshes()).isPositive();
    }

    @Test
    void peek_findsWhatIsThereAndLoadsNothing() {
        source.set("a", "1");
        assertThat(nodes.soon(one.peek("a"))).isEmpty();
        assertThat(nodes.value(one, "a")).isEqualTo("1");
        settle();
        assertThat(nodes.soon(other.peek("a")).orElseThrow().value()).contains("1");
        assertThat(now(other.peek("a"))).isPresent();
        otherNode.isCut = true;
        assertThat(nodes.soon(other.peek("b"))).isEmpty();
        assertThat(source.loads).hasSize(1);
    }

    @Test
    void localEffort_asksNoL2ButTellsOfChanges() {
        source.set("a", "1");
        assertThat(nodes.value(one, "a")).isEqualTo("1");
        settle();
        nodes.effort = Effort.LOCAL;
        int calls = otherNode.calls;
        assertThat(nodes.value(other, "a")).isEqualTo("1");
        assertThat(otherNode.calls).isEqualTo(calls);
        assertThat(source.loads).hasSize(2);
        assertThat(nodes.soon(other.invalidate("a"))).isEqualTo(Reach.SENT);
        assertThat(nodes.shared.document("a")).isEmpty();
        other.close();
    }
}
