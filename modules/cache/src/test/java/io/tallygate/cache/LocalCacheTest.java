package io.tallygate.cache;

import static io.tallygate.cache.Nodes.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A cache whose process shares nothing. */
final class LocalCacheTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final CachePolicy OWN = CachePolicy.DEFAULT.withOwn(true).withJitter(0)
            .withLives(MINUTE, MINUTE);

    private final Nodes nodes = new Nodes(1);
    private final Source source = nodes.source;

    @Test
    void get_again_isTheSameAnswerAndNotLoaded() {
        var cache = nodes.alone(OWN);
        source.set("a", "1");
        CompletionStage<Cached<String>> first = cache.get("a");
        assertThat(now(first)).isEqualTo(new Cached<>(Optional.of("1"), nodes.time.instant(), false));
        assertThat(cache.get("a")).isSameAs(cache.get("a"));
        assertThat(source.loads).hasSize(1);
        assertThat(cache.figures().localHits()).isEqualTo(2);
        assertThat(cache.name()).isEqualTo("texts");
    }

    @Test
    void get_severalWait_loadsOnceAndTellsThemInTheirOrder() {
        var cache = nodes.alone(OWN);
        source.delay = () -> Duration.ofMillis(10);
        source.set("a", "1");
        var told = new ArrayList<String>();
        for (String who : List.of("first", "second", "third")) {
            var _ = cache.get("a").thenAccept(_ -> told.add(who));
        }
        nodes.pass(Duration.ofMillis(10));
        assertThat(told).containsExactly("first", "second", "third");
        assertThat(source.loads).hasSize(1);
        assertThat(cache.figures().joined()).isEqualTo(2);
    }

    @Test
    void get_askedWhileOthersAreTold_isToldAfterThem() {
        var cache = nodes.alone(OWN);
        source.delay = () -> Duration.ofMillis(10);
        source.set("a", "1");
        var told = new ArrayList<String>();
        var _ = cache.get("a").thenAccept(_ -> {
            var _ = cache.get("a").thenAccept(_ -> told.add("late"));
        });
        var _ = cache.get("a").thenAccept(_ -> told.add("early"));
        nodes.pass(Duration.ofMillis(10));
        assertThat(told).containsExactly("early", "late");
    }

    @Test
    void get_afterItsLife_isLoadedAgain() {
        var cache = nodes.alone(OWN);
        source.set("a", "1");
        assertThat(nodes.value(cache, "a")).isEqualTo("1");
        source.set("a", "2");
        nodes.pass(MINUTE.minusMillis(1));
        assertThat(nodes.value(cache, "a")).isEqualTo("1");
        nodes.pass(Duration.ofMillis(1));
        assertThat(nodes.value(cache, "a")).isEqualTo("2");
    }

    @Test
    void get_ofSharedDataWithoutMessages_livesFiveSecondsWhateverIsSet() {
        var cache = nodes.alone(OWN.withOwn(false).withJitter(50));
        source.set("a", "1");
        for (int i = 0; i < 100; i++) {
            assertThat(nodes.value(cache, "a")).isEqualTo("1");
            nodes.pass(Duration.ofSeconds(5));
            assertThat(source.loads).hasSize(i + 1);
        }
    }

    @Test
    void lives_withJitter_differByTenPercent() {
        var cache = nodes.alone(OWN.withJitter(10));
        IntStream.range(0, 200).forEach(i -> now(cache.put("k" + i, "v")));
        nodes.pass(Duration.ofSeconds(54).minusMillis(1));
        assertThat(stillThere(cache)).isEqualTo(200);
        nodes.pass(Duration.ofSeconds(6));
        assertThat(stillThere(cache)).isBetween(50L, 150L);
        nodes.pass(Duration.ofSeconds(6).plusMillis(1));
        assertThat(stillThere(cache)).isZero();
    }

    private static long stillThere(LevelledCache<String> cache) {
        return IntStream.range(0, 200).filter(i -> now(cache.peek("k" + i)).isPresent()).count();
    }

    @Test
    void get_ofWhatIsNotThere_isRememberedForItsOwnLife() {
        var cache = nodes.alone(OWN.withNegativeLife(Duration.ofSeconds(30)));
        assertThat(nodes.value(cache, "a")).isEqualTo("-");
        source.set("a", "1");
        nodes.pass(Duration.ofSeconds(29));
        assertThat(nodes.value(cache, "a")).isEqualTo("-");
        nodes.pass(Duration.ofSeconds(1));
        assertThat(nodes.value(cache, "a")).isEqualTo("1");
    }

    @Test
    void entries_aboveTheMost_giveWay() {
        var cache = nodes.alone(OWN.withEntries(10));
        IntStream.range(0, 100).forEach(i -> now(cache.put("k" + i, "v")));
        assertThat(cache.figures().entries()).isLessThanOrEqualTo(10);
        assertThat(cache.figures().evictions()).isGreaterThanOrEqualTo(90);
    }

    @Test
    void failure_withoutAValue_isTheLoadersAndIsNotKept() {
        var cache = nodes.alone(OWN);
        source.set("a", "1");
        source.isAway = true;
        assertThat(nodes.failure(cache.get("a"))).isInstanceOf(IllegalStateException.class).hasMessage("away");
        source.isAway = false;
        source.throwsAtOnce = true;
        assertThat(nodes.failure(cache.get("a"))).isInstanceOf(IllegalStateException.class).hasMessage("away");
        source.throwsAtOnce = false;
        assertThat(nodes.value(cache, "a")).isEqualTo("1");
        assertThat(cache.figures().loadFailures()).isEqualTo(2);
    }

    @Test
    void failure_withAnExpiredValue_hasItStandInAndAsksAgainAfterAWhile() {
        var cache = nodes.alone(OWN.withRetry(Duration.ofSeconds(1)));
        source.set("a", "1");
        var first = now(cache.get("a"));
        nodes.pass(MINUTE);
        source.isAway = true;
        Cached<String> stale = now(cache.get("a"));
        assertThat(stale).isEqualTo(new Cached<>(Optional.of("1"), first.asOf(), true));
        for (int i = 0; i < 10; i++) {
            assertThat(now(cache.get("a")).stale()).isTrue();
        }
        assertThat(source.loads).hasSize(2);
        assertThat(cache.figures().staleAnswers()).isEqualTo(11);
        nodes.pass(Duration.ofSeconds(1));
        source.throwsAtOnce = true;
        assertThat(now(cache.get("a")).stale()).isTrue();
        assertThat(source.loads).hasSize(3);
        source.throwsAtOnce = false;
        source.isAway = false;
        source.set("a", "2");
        nodes.pass(Duration.ofSeconds(1));
        assertThat(now(cache.get("a"))).isEqualTo(new Cached<>(Optional.of("2"), nodes.time.instant(), false));
    }

    @Test
    void failure_afterTheStaleLife_isTold() {
        var cache = nodes.alone(OWN.withStaleLife(Duration.ofSeconds(10)));
        source.set("a", "1");
        assertThat(nodes.value(cache, "a")).isEqualTo("1");
        source.isAway = true;
        nodes.pass(MINUTE.plusSeconds(9));
        assertThat(nodes.value(cache, "a")).isEqualTo("1");
        nodes.pass(Duration.ofSeconds(1));
        assertThat(nodes.failure(cache.get("a"))).hasMessage("away");
    }

    @Test
    void failure_thatIsTheSourcesAnswer_isToldWhateverIsThere() {
        var cache = nodes.alone(OWN);
        source.set("a", "1");
        assertThat(nodes.value(cache, "a")).isEqualTo("1");
        nodes.pass(MINUTE);
        assertThat(nodes.failure(cache.get("a", key -> CompletableFuture.failedFuture(
                new DomainProblemException(CacheProblem.UNKNOWN_CACHE, "there is no " + key)))))
                .isInstanceOf(DomainProblemException.class);
    }

    @Test
    void slowLoad_withAnExpiredValue_tellsThatAfterTheSoftTimeoutAndFinishesBehind() {
        var cache = nodes.alone(OWN.withTimeouts(Duration.ofMillis(100), Duration.ofSeconds(2)));
        source.set("a", "1");
        assertThat(nodes.value(cache, "a")).isEqualTo("1");
        nodes.pass(MINUTE);
        source.set("a", "2");
        source.delay = () -> Duration.ofSeconds(1);
        CompletableFuture<Cached<String>> one = cache.get("a").toCompletableFuture();
        CompletableFuture<Cached<String>> other = cache.get("a").toCompletableFuture();
        nodes.pass(Duration.ofMillis(99));
        assertThat(one).isNotDone();
        nodes.pass(Duration.ofMillis(1));
        assertThat(now(one).stale()).isTrue();
        assertThat(now(other).value()).contains("1");
        assertThat(now(cache.get("a")).stale()).isTrue();
        nodes.pass(Duration.ofMillis(900));
        assertThat(now(cache.get("a"))).extracting(Cached::value, Cached::stale).containsExactly(Optional.of("2"),
                false);
        assertThat(source.loads).hasSize(2);
    }

    @Test
    void slowLoad_withoutAValue_failsAfterTheHardTimeoutAndFinishesBehind() {
        var cache = nodes.alone(OWN.withTimeouts(Duration.ofMillis(100), Duration.ofSeconds(2)));
        source.set("a", "1");
        source.delay = () -> Duration.ofSeconds(3);
        CompletableFuture<Cached<String>> one = cache.get("a").toCompletableFuture();
        nodes.pass(Duration.ofSeconds(1));
        CompletableFuture<Cached<String>> later = cache.get("a").toCompletableFuture();
        nodes.pass(Duration.ofMillis(999));
        assertThat(one).isNotDone();
        nodes.pass(Duration.ofMillis(1));
        assertThat(nodes.failure(one)).isInstanceOf(StoreUnavailableException.class);
        assertThat(later).isNotDone();
        nodes.pass(Duration.ofSeconds(1));
        assertThat(now(later).value()).contains("1");
        assertThat(now(cache.get("a")).value()).contains("1");
        assertThat(source.loads).hasSize(1);
    }

    @Test
    void load_thatNeverEnds_isGivenUpAfterAMinute() {
        var cache = nodes.alone(OWN);
        source.set("a", "1");
        source.delay = () -> Duration.ofHours(1);
        assertThat(nodes.failure(cache.get("a"))).isInstanceOf(StoreUnavailableException.class);
        source.delay = () -> Duration.ZERO;
        assertThat(nodes.failure(cache.get("a"))).isInstanceOf(StoreUnavailableException.class);
        nodes.pass(LevelledCache.LOAD_MAX);
        assertThat(nodes.value(cache, "a")).isEqualTo("1");
    }

    @Test
    void invalidate_whileAValueIsOnItsWay_isNotUndoneByIt() {
        var cache = nodes.alone(OWN);
        source.set("a", "1");
        source.delay = () -> Duration.ofMillis(10);
        CompletionStage<Cached<String>> before = cache.get("a");
        source.set("a", "2");
        assertThat(now(cache.invalidate("a"))).isEqualTo(Reach.SENT);
        CompletionStage<Cached<String>> after = cache.get("a");
        nodes.pass(Duration.ofMillis(10));
        assertThat(now(before).value()).contains("1");
        assertThat(now(after).value()).contains("2");
        assertThat(now(cache.get("a")).value()).contains("2");
        assertThat(source.loads).hasSize(2);
    }

    @Test
    void invalidate_always_leavesNothingToStandIn() {
        var cache = nodes.alone(OWN);
        source.set("a", "1");
        assertThat(nodes.value(cache, "a")).isEqualTo("1");
        assertThat(now(cache.invalidate("a"))).isEqualTo(Reach.SENT);
        source.isAway = true;
        assertThat(nodes.failure(cache.get("a"))).hasMessage("away");
    }

    @Test
    void expire_always_keepsTheValueToStandIn() {
        var cache = nodes.alone(OWN);
        source.set("a", "1");
        assertThat(nodes.value(cache, "a")).isEqualTo("1");
        assertThat(now(cache.expire("a"))).isEqualTo(Reach.SENT);
        source.isAway = true;
        assertThat(now(cache.get("a"))).extracting(Cached::value, Cached::stale).containsExactly(Optional.of("1"),
                true);
        source.isAway = false;
        assertThat(now(cache.expireAll())).isEqualTo(Reach.SENT);
        source.set("a", "2");
        assertThat(now(cache.get("a")).value()).contains("2");
        assertThat(now(cache.expireAll())).isEqualTo(Reach.SENT);
        source.isAway = true;
        assertThat(now(cache.get("a"))).extracting(Cached::value, Cached::stale).containsExactly(Optional.of("2"),
                true);
    }

    @Test
    void invalidateAll_whileValuesAreOnTheirWay_letsNoneOfThemIn() {
        var cache = nodes.alone(OWN);
        source.set("a", "1");
        source.set("b", "1");
        assertThat(nodes.value(cache, "b")).isEqualTo("1");
        source.delay = () -> Duration.ofMillis(10);
        var _ = cache.get("a");
        assertThat(now(cache.invalidateAll())).isEqualTo(Reach.SENT);
        nodes.pass(Duration.ofMillis(10));
        assertThat(now(cache.peek("a"))).isEmpty();
        assertThat(now(cache.peek("b"))).isEmpty();
        assertThat(cache.figures().entries()).isZero();
        source.isAway = true;
        assertThat(nodes.failure(cache.get("b"))).hasMessage("away");
    }

    @Test
    void put_whileAValueIsOnItsWay_stays() {
        var cache = nodes.alone(OWN);
        source.set("a", "1");
        source.delay = () -> Duration.ofMillis(10);
        var _ = cache.get("a");
        assertThat(now(cache.put("a", "2"))).isEqualTo(Reach.SENT);
        nodes.pass(Duration.ofMillis(10));
        assertThat(now(cache.get("a")).value()).contains("2");
    }

    @Test
    void earlyRefresh_whileAskedOften_isOneLoadAndNobodyWaits() {
        var cache = nodes.alone(OWN);
        source.set("a", "1");
        source.delay = () -> Duration.ofMillis(500);
        assertThat(nodes.value(cache, "a")).isEqualTo("1");
        source.set("a", "2");
        nodes.pass(MINUTE.minusSeconds(10));
        int asked = 0;
        while (source.loads.size() < 2) {
            assertThat(now(cache.get("a")).value()).contains("1");
            nodes.pass(Duration.ofMillis(10));
            assertThat(++asked).isLessThan(1_000);
        }
        while (now(cache.get("a")).value().get().equals("1")) {
            nodes.pass(Duration.ofMillis(10));
            assertThat(source.loads).hasSize(2);
        }
        assertThat(cache.figures().earlyRefreshes()).isOne();
        assertThat(source.atOnceMax).isOne();
    }

    @Test
    void earlyRefresh_thatFails_leavesTheValueWhatItWas() {
        var cache = nodes.alone(OWN);
        source.set("a", "1");
        source.delay = () -> Duration.ofMillis(500);
        assertThat(nodes.value(cache, "a")).isEqualTo("1");
        source.isAway = true;
        nodes.pass(MINUTE.minusSeconds(10));
        for (int asked = 0; cache.figures().loadFailures() == 0; asked++) {
            assertThat(now(cache.get("a")).stale()).isFalse();
            nodes.pass(Duration.ofMillis(10));
            assertThat(asked).isLessThan(1_000);
        }
        assertThat(now(cache.get("a")).stale()).isFalse();
    }

    @Test
    void load_thatFindsNull_fails() {
        var cache = nodes.open(CacheSpec.<String>named("texts")
                .loadedBy(key -> CompletableFuture.completedFuture(null)).with(OWN), null);
        assertThat(nodes.failure(cache.get("a"))).isInstanceOf(NullPointerException.class);
    }

    @Test
    void earlyRefresh_stillInFlightWhenTheLifeEnds_isWaitedFor() {
        var cache = nodes.alone(OWN.withTimeouts(Duration.ofMinutes(2), Duration.ofMinutes(2)));
        source.set("a", "1");
        source.delay = () -> Duration.ofSeconds(5);
        assertThat(nodes.value(cache, "a")).isEqualTo("1");
        source.set("a", "2");
        source.delay = () -> Duration.ofSeconds(55);
        nodes.pass(Duration.ofSeconds(40));
        while (source.loads.size() < 2) {
            assertThat(now(cache.get("a")).value()).contains("1");
            nodes.pass(Duration.ofMillis(5));
        }
        nodes.pass(Duration.ofSeconds(20));
        assertThat(cache.get("a").toCompletableFuture()).isNotDone();
        assertThat(nodes.value(cache, "a")).isEqualTo("2");
        assertThat(source.loads).hasSize(2);
    }

    @Test
    void earlyRefresh_withLessEffort_isNotMade() {
        nodes.effort = Effort.NO_EARLY_REFRESH;
        var cache = nodes.alone(OWN);
        source.set("a", "1");
        source.delay = () -> Duration.ofMillis(500);
        assertThat(nodes.value(cache, "a")).isEqualTo("1");
        nodes.pass(MINUTE.minusSeconds(10));
        for (int i = 0; i < 999; i++) {
            assertThat(now(cache.get("a")).value()).contains("1");
            nodes.pass(Duration.ofMillis(10));
        }
        assertThat(source.loads).hasSize(1);
    }

    @Test
    void warm_hundredKeys_areThereWithinASecond() {
        var cache = nodes.alone(OWN.withEntries(1_000));
        List<String> keys = IntStream.range(0, 100).mapToObj(i -> "k" + i).toList();
        keys.stream().limit(90).forEach(key -> source.set(key, "v"));
        WarmUp warmed = nodes.soon(cache.warm(keys));
        assertThat(warmed.loaded()).isEqualTo(100);
        assertThat(warmed.millis()).isLessThan(1_000);
        assertThat(now(cache.peek("k7"))).isPresent();
        source.isAway = true;
        assertThat(nodes.soon(cache.warm(List.of("k7", "new")))).extracting(WarmUp::loaded, WarmUp::failed)
                .containsExactly(1, 1);
    }

    @Test
    void warm_atItsRate_doesNotRunAhead() {
        var cache = nodes.alone(OWN.withWarmRate(100));
        List<String> keys = IntStream.range(0, 300).mapToObj(i -> "k" + i).toList();
        var warming = cache.warm(keys);
        nodes.pass(Duration.ofSeconds(1));
        assertThat(source.loads).hasSizeBetween(90, 110);
        assertThat(nodes.soon(warming).loaded()).isEqualTo(300);
    }

    @Test
    void cacheWithoutLoader_loadsByWhoeverAsks() {
        var cache = nodes.open(CacheSpec.<String>named("none").with(OWN), null);
        assertThat(cache.hasLoader()).isFalse();
        assertThatThrownBy(() -> cache.get("a")).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("none");
        assertThatThrownBy(() -> cache.warm(List.of("a"))).isInstanceOf(IllegalStateException.class);
        assertThat(now(cache.get("a", _ -> CompletableFuture.completedFuture(Optional.of("x")))).value())
                .contains("x");
        assertThat(now(cache.get("a")).value()).contains("x");
    }
}
