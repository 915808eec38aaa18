package io.tallygate.degradation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tallygate.kernel.DegradedException;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.MetricSource;
import io.tallygate.kernel.OverloadedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What calls take at each level, and what makes the levels. */
final class DegradationServiceTest {

    private static final String READS = "reads";
    private static final String BOARDS = "boards";
    private static final Duration TICK = Duration.ofMillis(250);

    private final Ticker ticker = new Ticker();
    private final AtomicBoolean storeAway = new AtomicBoolean();
    private final AtomicBoolean redisAway = new AtomicBoolean();
    private final AtomicInteger normals = new AtomicInteger();
    private final DegradationService service = new DegradationService(
            List.of(new Feature(READS, Need.critical("store"), Need.useful("redis")), new Feature(BOARDS)),
            List.of(probe("store", true, storeAway), probe("redis", false, redisAway)), LadderRules.DEFAULT,
            new Overrides(), "node-1", ticker, ticker, Runnable::run, false);

    private static Probe probe(String name, boolean critical, AtomicBoolean isAway) {
        return new Probe(name, critical, () -> {
            if (isAway.get()) {
                throw new IllegalStateException("refused");
            }
        }, Duration.ofSeconds(2), Duration.ofSeconds(1));
    }

    private void pass(Duration time) {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(TICK)) {
            ticker.pass(TICK);
            service.tick();
        }
    }

    private String read() {
        return service.run(READS, () -> "normal " + normals.incrementAndGet(), () -> "degraded", () -> "minimal");
    }

    private static <T> Supplier<T> failing(RuntimeException failure) {
        return () -> {
            throw failure;
        };
    }

    @Test
    void run_everythingIsThere_isNormal() {
        pass(Duration.ofSeconds(10));
        assertThat(read()).startsWith("normal");
        assertThat(service.level()).isEqualTo(Level.NORMAL);
        assertThat(service.notes()).isEmpty();
        assertThat(service.isCriticalBad()).isFalse();
    }

    @Test
    void run_oneNeedIsAway_degradesWhatNeedsItAlone() {
        redisAway.set(true);
        pass(Duration.ofSeconds(6));
        assertThat(service.level(READS)).isEqualTo(Level.DEGRADED);
        assertThat(service.level(BOARDS)).isEqualTo(Level.NORMAL);
        assertThat(service.level()).isEqualTo(Level.DEGRADED);
        assertThat(read()).isEqualTo("degraded");
        assertThat(normals).hasValue(0);
        assertThat(service.isCriticalBad()).isFalse();
        assertThat(service.notes()).containsExactly("reads is degraded: redis is bad");
    }

    /** The least handler is all that is called: nothing that needs what is away. */
    @Test
    void run_aCriticalNeedIsAway_callsTheLeastHandlerAlone() {
        storeAway.set(true);
        pass(Duration.ofSeconds(6));
        assertThat(service.level(READS)).isEqualTo(Level.MINIMAL);
        assertThat(service.isCriticalBad()).isTrue();
        for (int i = 0; i < 1_000; i++) {
            assertThat(service.run(READS, this::read, this::read, () -> "minimal")).isEqualTo("minimal");
        }
        assertThat(normals).hasValue(0);
    }

    @Test
    void run_needsAreBack_isNormalByItself() {
        storeAway.set(true);
        pass(Duration.ofSeconds(6));
        storeAway.set(false);
        pass(Duration.ofSeconds(110));
        assertThat(service.level(READS)).isEqualTo(Level.NORMAL);
        assertThat(service.status().history()).extracting(LevelChange::from, LevelChange::to).containsExactly(
                tuple(Level.DEGRADED, Level.NORMAL),
                tuple(Level.MINIMAL, Level.DEGRADED),
                tuple(Level.NORMAL, Level.MINIMAL));
    }

    @Test
    void run_whileItComesBack_aShareOfTheCallsIsNormal() {
        redisAway.set(true);
        pass(Duration.ofSeconds(6));
        redisAway.set(false);
        pass(Duration.ofSeconds(34));
        assertThat(service.status().features().get(1).recoveringPercent()).isEqualTo(10);
        for (int i = 0; i < 10_000; i++) {
            read();
        }
        assertThat(normals.get()).isBetween(500, 1_500);
        assertThat(service.level(READS)).isEqualTo(Level.DEGRADED);
    }

    @Test
    void run_callsFailWhileItComesBack_staysDegraded() {
        redisAway.set(true);
        pass(Duration.ofSeconds(6));
        redisAway.set(false);
        pass(Duration.ofSeconds(34));
        for (int i = 0; i < 1_000; i++) {
            assertThat(service.<String>run(READS, failing(new OverloadedException(1)), () -> "degraded", null))
                    .isEqualTo("degraded");
        }
        pass(Duration.ofSeconds(50));
        assertThat(service.level(READS)).isEqualTo(Level.DEGRADED);
        pass(Duration.ofSeconds(60));
        assertThat(service.level(READS)).isEqualTo(Level.NORMAL);
    }

    @Test
    void run_tooManyNormalCallsFail_isDegradedAndEachIsAnsweredAllTheSame() {
        for (int i = 0; i < 20; i++) {
            assertThat(service.<String>run(READS, failing(new OverloadedException(1)), null, () -> "minimal"))
                    .isEqualTo("minimal");
        }
        pass(TICK);
        assertThat(service.level(READS)).isEqualTo(Level.DEGRADED);
        assertThat(service.status().features().get(1).why()).containsExactly("20 of 20 calls failed");
        assertThat(service.status().features().get(1).degradedAnswers()).isEqualTo(20);
    }

    /** Twenty calls, each within the one before, of which the last sees what their hanging does. */
    private String hang(int calls) {
        if (calls < 20) {
            return service.run(READS, () -> hang(calls + 1), null, null);
        }
        pass(Duration.ofMillis(500));
        assertThat(service.level(READS)).isEqualTo(Level.NORMAL);
        pass(Duration.ofSeconds(2));
        return service.level(READS).label();
    }

    @Test
    void run_callsThatHang_degradeAfterASecondAndNotOnlyWhenTheyEnd() {
        assertThat(hang(0)).isEqualTo("degraded");
    }

    @Test
    void run_whatIsTheCallersOwn_isTheAnswerAndCountsAsNoFailure() {
        for (int i = 0; i < 30; i++) {
            assertThatThrownBy(() -> service.<String>run(READS, failing(new InvalidInputException("a", "b", "c")),
                    () -> "degraded", null)).isInstanceOf(InvalidInputException.class);
            assertThat(service.<String>runAsync(READS,
                    () -> CompletableFuture.failedFuture(
                            new DomainProblemException(GeneralProblem.NOT_FOUND, "not there")),
                    () -> CompletableFuture.completedFuture("degraded"), null)).isCompletedExceptionally();
        }
        pass(TICK);
        assertThat(service.level(READS)).isEqualTo(Level.NORMAL);
    }

    @Test
    void run_aHandlerWithNothingToSay_isCountedAsNoAnswer() {
        redisAway.set(true);
        pass(Duration.ofSeconds(6));
        assertThat(service.<String>run(READS, this::read, failing(new DegradedException(READS)), () -> "minimal"))
                .isEqualTo("minimal");
        assertThat(service.status().features().get(1).degradedAnswers()).isOne();
    }

    @Test
    void run_noHandlerIsLeft_failsAsTheFirstThatHadAnythingToSay() {
        assertThatThrownBy(() -> service.run(READS, failing(new OverloadedException(1)),
                failing(new DegradedException(READS)), null)).isInstanceOf(OverloadedException.class);
        assertThat(service.runAsync(READS, failing(new OverloadedException(1)),
                () -> CompletableFuture.failedFuture(new DegradedException(READS)), null))
                .failsWithin(Duration.ofSeconds(10)).withThrowableThat()
                .withRootCauseInstanceOf(OverloadedException.class);
        storeAway.set(true);
        pass(Duration.ofSeconds(6));
        assertThatThrownBy(() -> service.run(READS, this::read, null, null)).isInstanceOf(DegradedException.class);
        assertThat(service.<String>runAsync(READS, () -> CompletableFuture.completedFuture("normal"), null, null))
                .failsWithin(Duration.ofSeconds(10)).withThrowableThat()
                .withRootCauseInstanceOf(DegradedException.class);
    }

    @Test
    void runAsync_anAnswerThatIsThere_isHandedOn() {
        CompletionStage<String> stage = CompletableFuture.completedFuture("normal");
        assertThat(service.runAsync(READS, () -> stage, null, null)).isSameAs(stage);
        assertThat(service.<String>runAsync(READS, () -> CompletableFuture.completedStage("normal"), null, null))
                .succeedsWithin(Duration.ofSeconds(10)).isEqualTo("normal");
    }

    @Test
    void runAsync_aStageThatFailsLater_fallsThroughToTheNextHandlers() {
        var normal = new CompletableFuture<String>();
        CompletionStage<String> answer = service.runAsync(READS, () -> normal, failing(new OverloadedException(1)),
                () -> CompletableFuture.completedFuture("minimal"));
        assertThat(answer).isNotDone();
        normal.completeExceptionally(new CompletionException(new OverloadedException(2)));
        assertThat(answer).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("minimal");
    }

    @Test
    void runAsync_callsThatDoNotEnd_degradeAfterASecond() {
        for (int i = 0; i < 20; i++) {
            service.<String>runAsync(READS, CompletableFuture::new, null, null);
        }
        pass(Duration.ofMillis(500));
        assertThat(service.level(READS)).isEqualTo(Level.NORMAL);
        pass(Duration.ofSeconds(2));
        assertThat(service.level(READS)).isEqualTo(Level.DEGRADED);
    }

    @Test
    void override_ofOneFeature_winsOverThatOfAllUntilItsTimeIsOver() {
        service.override(new LevelOverride(Level.MINIMAL, null, "drill", "ops", ticker.instant().plusSeconds(60)));
        service.override(new LevelOverride(Level.DEGRADED, READS, "drill", "ops", ticker.instant().plusSeconds(30)));
        assertThat(service.level(BOARDS)).isEqualTo(Level.MINIMAL);
        assertThat(read()).isEqualTo("degraded");
        assertThat(service.status().overrides()).hasSize(2);
        pass(Duration.ofSeconds(31));
        assertThat(read()).isEqualTo("minimal");
        pass(Duration.ofSeconds(31));
        assertThat(read()).startsWith("normal");
        assertThat(service.status().overrides()).isEmpty();
        assertThat(service.status().history().getFirst().why()).isEqualTo("an override has ended");
    }

    @Test
    void override_toNormal_triesWhatIsAwayAndStillAnswers() {
        storeAway.set(true);
        pass(Duration.ofSeconds(6));
        service.override(
                new LevelOverride(Level.NORMAL, null, "I know better", "ops", ticker.instant().plusSeconds(60)));
        assertThat(read()).startsWith("normal");
        service.clear(null, "ops");
        assertThat(read()).isEqualTo("minimal");
    }

    @Test
    void override_ofAFeatureThatIsNotThere_isRefusedByName() {
        assertThatThrownBy(() -> service.override(
                new LevelOverride(Level.MINIMAL, "nope", "drill", "ops", ticker.instant().plusSeconds(60))))
                .isInstanceOf(InvalidInputException.class).hasMessageContaining("boards, reads");
        assertThatThrownBy(() -> service.clear("nope", "ops")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> service.level("nope")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void status_afterManyChanges_keepsTheLastHundred() {
        for (int i = 0; i < 80; i++) {
            service.override(
                    new LevelOverride(Level.MINIMAL, READS, "drill", "ops", ticker.instant().plusSeconds(60)));
            service.clear(READS, "ops");
        }
        assertThat(service.status().history()).hasSize(DegradationService.HISTORY_MAX);
        assertThat(service.status().node()).isEqualTo("node-1");
    }

    @Test
    void bindTo_always_tellsLevelsAnswersAndProbes() {
        Map<String, LongSupplier> figures = new HashMap<>();
        service.bindTo(new MetricSource.Sink() {
            @Override
            public void count(String name, String description, Map<String, String> labels, LongSupplier count) {
                figures.put(name + labels, count);
            }

            @Override
            public void gauge(String name, String description, Map<String, String> labels, LongSupplier figure) {
                figures.put(name + labels, figure);
            }
        });
        storeAway.set(true);
        pass(Duration.ofSeconds(6));
        read();
        assertThat(figure(figures, "recovering.percent{feature=reads}")).isZero();
        assertThat(figure(figures, "level{}")).isEqualTo(2);
        assertThat(figure(figures, "feature.level{feature=reads}")).isEqualTo(2);
        assertThat(figure(figures, "feature.level{feature=boards}")).isZero();
        assertThat(figure(figures, "changes{feature=reads}")).isOne();
        assertThat(figure(figures, "answers{feature=reads}")).isOne();
        assertThat(figure(figures, "probe.good{probe=store}")).isZero();
        assertThat(figure(figures, "probe.good{probe=redis}")).isOne();
    }

    /** As whoever watches sees it: by itself, in steps, one rung after the other. */
    @Test
    void metrics_whileItComesBack_showTheRamp() {
        Map<String, LongSupplier> figures = new HashMap<>();
        service.bindTo(new MetricSource.Sink() {
            @Override
            public void count(String name, String description, Map<String, String> labels, LongSupplier count) {}

            @Override
            public void gauge(String name, String description, Map<String, String> labels, LongSupplier figure) {
                figures.put(name + labels, figure);
            }
        });
        storeAway.set(true);
        pass(Duration.ofSeconds(6));
        storeAway.set(false);
        var seen = new ArrayList<String>();
        while (service.level(READS) != Level.NORMAL) {
            String now = figure(figures, "feature.level{feature=reads}") + " at "
                    + figure(figures, "recovering.percent{feature=reads}");
            if (seen.isEmpty() || !seen.getLast().equals(now)) {
                seen.add(now);
            }
            pass(TICK);
        }
        assertThat(seen).containsExactly("2 at 0", "2 at 10", "2 at 25", "2 at 50", "2 at 100", "1 at 0", "1 at 10",
                "1 at 25", "1 at 50", "1 at 100");
        assertThat(figure(figures, "recovering.percent{feature=reads}")).isZero();
    }

    private static long figure(Map<String, LongSupplier> figures, String name) {
        return Objects.requireNonNull(figures.get("tallygate.degradation." + name)).getAsLong();
    }

    @Test
    void run_whereNothingRunsBetweenRequests_judgesByItsOwnCalls() {
        var function = new DegradationService(List.of(new Feature(READS, Need.critical("store"))), List.of(),
                LadderRules.DEFAULT, new Overrides(), "node-1", ticker, ticker, Runnable::run, true);
        for (int i = 0; i < 21; i++) {
            assertThat(function.<String>run(READS, failing(new OverloadedException(1)), () -> "degraded", null))
                    .isEqualTo("degraded");
            ticker.pass(Duration.ofMillis(50));
        }
        ticker.pass(Duration.ofMillis(500));
        assertThat(function.run(READS, () -> "normal", () -> "degraded", null)).isEqualTo("degraded");
    }

    @Test
    void watch_everyChange_isToldInItsOrder() {
        var told = new ArrayList<String>();
        var looks = new AtomicInteger();
        service.watch(new LevelWatcher() {
            @Override
            public void changed(LevelChange change) {
                told.add(change.feature() + ' ' + change.from() + ' ' + change.to());
            }

            @Override
            public void look(long now) {
                looks.incrementAndGet();
            }
        });
        storeAway.set(true);
        pass(Duration.ofSeconds(6));
        assertThat(told).containsExactly(READS + " NORMAL MINIMAL");
        assertThat(looks).hasValue(24);
        storeAway.set(false);
        pass(Duration.ofMinutes(5));
        assertThat(told).containsExactly(READS + " NORMAL MINIMAL", READS + " MINIMAL DEGRADED",
                READS + " DEGRADED NORMAL");
    }
}
