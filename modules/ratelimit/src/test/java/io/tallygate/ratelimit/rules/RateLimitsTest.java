package io.tallygate.ratelimit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ratelimit.MemoryStores;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitStore;
import io.tallygate.ratelimit.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a check answers, by the points of Envoy's protocol, on a store in memory. */
final class RateLimitsTest {

    private final SettableTime time = new SettableTime();
    private final RateLimitStore store = MemoryStores.of(time.epochNanos());
    private final RateLimitStore local = MemoryStores.of(time.epochNanos());
    private final RuleBook book = new RuleBook(Precision.MEMORY);
    private final RateLimits limits = new RateLimits(book, store, local, () -> 1, Duration.ofMillis(20), time,
            time.nanos());

    @AfterEach
    void close() {
        store.close();
        local.close();
    }

    private void rules(String text) {
        DomainRules rules = Rules.read(text);
        book.store(rules.domain(), Rules.document(text));
    }

    private CheckResult check(Check check) {
        return limits.check(check).toCompletableFuture().join();
    }

    /** One hit of each descriptor, such as {@code "user=42 endpoint=/"}, in domain {@code d}. */
    private CheckResult hit(String... descriptors) {
        return check(Check.of("d", Arrays.stream(descriptors).map(text -> descriptor(text, 1)).toList()));
    }

    private CheckResult hits(String descriptor, long hits) {
        return check(Check.of("d", List.of(descriptor(descriptor, hits))));
    }

    private static Descriptor descriptor(String text, long hits) {
        return Descriptor.of(Rules.entries(text.split("[= ]", -1)), hits);
    }

    private static List<Outcome> outcomes(CheckResult result) {
        return result.descriptors().stream().map(DescriptorReport::outcome).toList();
    }

    private static long remaining(CheckResult result, int descriptor) {
        return result.descriptors().get(descriptor).limits().getFirst().remaining();
    }

    @Test
    void reports_always_lineUpWithTheDescriptors() {
        rules("""
                domain: d
                descriptors:
                  - {key: a, rate_limit: {unit: day, requests_per_unit: 7}}
                  - {key: b, rate_limit: {unit: day, requests_per_unit: 9}}
                  - {key: free}
                """);

        CheckResult result = hit("unknown=1", "b=1", "free=1", "a=1");

        assertThat(outcomes(result))
                .containsExactly(Outcome.NO_RULE, Outcome.WITHIN, Outcome.NO_RULE, Outcome.WITHIN);
        assertThat(remaining(result, 1)).isEqualTo(8);
        assertThat(remaining(result, 3)).isEqualTo(6);
        assertThat(result.allowed()).isTrue();
        assertThat(result.source()).isEqualTo(Source.STORE);
    }

    @Test
    void unknownDomain_always_passes() {
        CheckResult result = hit("a=1", "b=2");

        assertThat(result.allowed()).isTrue();
        assertThat(outcomes(result)).containsExactly(Outcome.NO_RULE, Outcome.NO_RULE);
        assertThat(result.limits()).isEmpty();
    }

    @Test
    void ownLimit_skipsTheTree_whereTheDomainExists() {
        var own = new OwnLimit(1, Unit.HOUR);
        Check check = Check.of("d", List.of(descriptor("a=1", 1).limitedBy(own)));
        assertThat(outcomes(check(check))).containsExactly(Outcome.NO_RULE);

        rules("domain: d\ndescriptors:\n- {key: a, shadow_mode: true, rate_limit: {unit: hour, requests_per_unit: 5}}\n");
        assertThat(check(check).allowed()).isTrue();
        CheckResult second = check(check);

        assertThat(second.allowed()).as("not shadowed").isFalse();
        LimitReport limit = second.descriptors().getFirst().limits().getFirst();
        assertThat(limit.rule().unit()).isEqualTo(Unit.HOUR);
        assertThat(limit.name()).as("without values").isEqualTo("a-1h");
        assertThat(second.descriptors().getFirst().metric()).contains(new MetricKey("d", "a_1", ""));
        assertThat(remaining(hit("a=1"), 0)).as("counted apart").isEqualTo(4);
    }

    @Test
    void valueWithoutRateLimit_always_passes() {
        rules("""
                domain: d
                descriptors:
                  - {key: user, rate_limit: {unit: day, requests_per_unit: 0}}
                  - {key: user, value: root}
                """);

        assertThat(hit("user=root").allowed()).isTrue();
        assertThat(hit("user=42").allowed()).isFalse();
    }

    @Test
    void unlimited_always_passesWithoutBeingCounted() {
        rules("domain: d\ndescriptors:\n- {key: a, rate_limit: {unlimited: true}}\n");

        CheckResult result = hit("a=1");

        assertThat(result.allowed()).isTrue();
        assertThat(outcomes(result)).containsExactly(Outcome.UNLIMITED);
        assertThat(result.limits()).isEmpty();
        assertThat(result.descriptors().getFirst().metric()).contains(new MetricKey("d", "a", ""));
    }

    @Test
    void replacedLimit_isNeitherCountedNorEnforced() {
        rules("""
                domain: d
                descriptors:
                  - {key: a, rate_limit: {name: small, unit: day, requests_per_unit: 1}}
                  - {key: b, rate_limit: {replaces: [{name: small}], unit: day, requests_per_unit: 10}}
                  - {key: c, rate_limit: {unlimited: true, replaces: [{name: small}]}}
                """);

        for (int i = 0; i < 3; i++) {
            assertThat(outcomes(hit("a=1", "b=1"))).containsExactly(Outcome.REPLACED, Outcome.WITHIN);
            assertThat(outcomes(hit("c=1", "a=1"))).containsExactly(Outcome.UNLIMITED, Outcome.REPLACED);
        }
        assertThat(hit("a=1").allowed()).as("not counted yet").isTrue();
        assertThat(hit("a=1").allowed()).isFalse();
    }

    @Test
    void shadowMode_countsAndReports_andNeverRefuses() {
        rules("domain: d\ndescriptors:\n- {key: a, shadow_mode: true, rate_limit: {unit: day, requests_per_unit: 1}}\n");
        hit("a=1");

        CheckResult result = hit("a=1");

        assertThat(result.allowed()).isTrue();
        assertThat(outcomes(result)).containsExactly(Outcome.WITHIN);
        DescriptorReport report = result.descriptors().getFirst();
        assertThat(report.shadow()).isTrue();
        assertThat(report.isBeyondLimit()).isTrue();
        assertThat(report.limits().getFirst().allowed()).isTrue();
        assertThat(result.announced()).isEmpty();
    }

    @Test
    void domainInShadow_countsAndReports_andNeverRefuses() {
        rules("""
                domain: d
                shadow: true
                descriptors:
                  - {key: a, rate_limit: {unit: day, requests_per_unit: 1}}
                  - {key: q, quota_mode: true, rate_limit: {unit: day, requests_per_unit: 0}}
                """);
        hit("a=1");

        CheckResult result = hit("a=1", "q=1");
        CheckResult own = check(
                Check.of("d", List.of(descriptor("a=1", 1).limitedBy(new OwnLimit(0, Unit.DAY)))));

        assertThat(result.allowed()).isTrue();
        assertThat(result.descriptors()).allMatch(DescriptorReport::isBeyondLimit);
        assertThat(own.allowed()).isTrue();
        assertThat(outcomes(own)).containsExactly(Outcome.OVER);
    }

    @ParameterizedTest
    @CsvSource({
            // Quotas of 1 and 2; the request is refused when both are used up.
            "1, true, WITHIN, WITHIN", "2, true, OVER, WITHIN", "3, false, OVER, OVER"})
    void quotaMode_refuses_onlyWhenAllQuotasAreUsedUp(int request, boolean allowed, Outcome first, Outcome second) {
        rules("""
                domain: d
                descriptors:
                  - {key: s, value: one, quota_mode: true, rate_limit: {unit: minute, requests_per_unit: 1}}
                  - {key: s, value: two, quota_mode: true, rate_limit: {unit: minute, requests_per_unit: 2}}
                  - {key: other, rate_limit: {unit: minute, requests_per_unit: 10}}
                """);
        for (int i = 1; i < request; i++) {
            hit("s=one", "s=two");
        }

        CheckResult result = hit("s=one", "s=two", "other=1", "unknown=1");

        assertThat(result.allowed()).isEqualTo(allowed);
        assertThat(outcomes(result)).containsExactly(first, second, Outcome.WITHIN, Outcome.NO_RULE);
        assertThat(result.retryAfterNanos().isPresent()).isEqualTo(!allowed);
    }

    @Test
    void quotaMode_withinQuota_doesNotSaveARequestThatAnotherLimitRefuses() {
        rules("""
                domain: d
                descriptors:
                  - {key: q, quota_mode: true, rate_limit: {unit: minute, requests_per_unit: 100}}
                  - {key: a, rate_limit: {unit: hour, requests_per_unit: 1}}
                """);
        hit("a=1");

        CheckResult result = hit("q=1", "a=1");

        assertThat(result.allowed()).isFalse();
        assertThat(result.retryAfterNanos()).hasValue(Duration.ofHours(1).toNanos());
    }

    @Test
    void quotaMode_refused_canPassWhenTheFirstQuotaIsThereAgain() {
        rules("""
                domain: d
                descriptors:
                  - {key: s, value: one, quota_mode: true, rate_limit: {unit: minute, requests_per_unit: 1}}
                  - {key: s, value: two, quota_mode: true, rate_limit: {unit: hour, requests_per_unit: 1}}
                """);
        hit("s=one", "s=two");

        CheckResult result = hit("s=one", "s=two");

        assertThat(result.allowed()).isFalse();
        assertThat(result.retryAfterNanos()).hasValue(Duration.ofMinutes(1).toNanos());
    }

    @Test
    void fixedWindow_overItsLimit_countsOn() {
        rules("domain: d\ndescriptors:\n- {key: a, rate_limit: {unit: day, requests_per_unit: 2}}\n");
        hits("a=1", 3);

        CheckResult back = hits("a=1", -1);

        assertThat(back.allowed()).isTrue();
        assertThat(remaining(back, 0)).as("3 were counted, though 2 were the limit").isZero();
        assertThat(remaining(hits("a=1", -1), 0)).isEqualTo(1);
    }

    @Test
    void descriptors_withoutAllOrNothing_areCountedEachByItself() {
        rules("""
                domain: d
                descriptors:
                  - {key: a, rate_limit: {unit: day, requests_per_unit: 1}}
                  - {key: b, rate_limit: {unit: day, requests_per_unit: 10}}
                """);
        hit("a=1", "b=1");

        CheckResult refused = hit("a=1", "b=1");

        assertThat(refused.allowed()).isFalse();
        assertThat(outcomes(refused)).containsExactly(Outcome.OVER, Outcome.WITHIN);
        assertThat(remaining(refused, 1)).isEqualTo(8);
    }

    @Test
    void descriptors_withAllOrNothing_areTakenTogether() {
        rules("""
                domain: d
                all_or_nothing: true
                descriptors:
                  - {key: a, rate_limit: {unit: day, requests_per_unit: 1}}
                  - {key: b, rate_limit: {unit: day, requests_per_unit: 10}}
                  - {key: c, shadow_mode: true, rate_limit: {unit: day, requests_per_unit: 10}}
                """);
        hit("a=1", "b=1", "c=1");

        CheckResult refused = hit("a=1", "b=1", "c=1");

        assertThat(refused.allowed()).isFalse();
        assertThat(remaining(refused, 1)).isEqualTo(9);
        assertThat(remaining(refused, 2)).isEqualTo(9);
    }

    @Test
    void quotas_withAllOrNothing_giveBackWhatOthersCounted() {
        rules("""
                domain: d
                all_or_nothing: true
                descriptors:
                  - {key: q, quota_mode: true, rate_limit: {unit: day, requests_per_unit: 1}}
                  - {key: b, rate_limit: {unit: day, requests_per_unit: 10}}
                """);
        hit("q=1", "b=1");

        assertThat(hit("q=1", "b=1").allowed()).isFalse();
        assertThat(remaining(hits("b=1", 0), 0)).isEqualTo(9);
    }

    @Test
    void limitsOfOneKey_areAlwaysTakenTogether() {
        rules("""
                domain: d
                descriptors:
                  - key: a
                    rate_limit:
                      limits:
                        - {unit: minute, requests_per_unit: 1}
                        - {unit: hour, requests_per_unit: 10}
                """);
        hit("a=1");
        hit("a=1");

        CheckResult refused = hit("a=1");

        DescriptorReport report = refused.descriptors().getFirst();
        assertThat(refused.allowed()).isFalse();
        assertThat(report.limits()).extracting(LimitReport::allowed).containsExactly(false, true);
        assertThat(report.limits()).extracting(LimitReport::remaining).containsExactly(0L, 9L);
        assertThat(report.decisive()).map(LimitReport::name).contains("a-1m");
        assertThat(refused.retryAfterNanos()).hasValue(Duration.ofMinutes(1).toNanos());
    }

    @Test
    void look_consumesNothing() {
        rules("domain: d\ndescriptors:\n- {key: a, rate_limit: {unit: day, requests_per_unit: 1}}\n");
        Check check = Check.of("d", List.of(descriptor("a=1", 1)));

        assertThat(check(check.looking()).allowed()).isTrue();
        assertThat(check(check.looking()).allowed()).isTrue();
        assertThat(check(check).allowed()).isTrue();
        assertThat(check(check.looking()).allowed()).as("whether one would pass").isFalse();
        Check envoys = Check.of("d", List.of(descriptor("a=1", 0).asEnvoyCounts()));
        assertThat(check(envoys).allowed()).as("whether what counts is within the limit").isTrue();
    }

    @Test
    void forcedCheck_passesBeyondTheLimit_andSaysSo() {
        rules("domain: d\ndescriptors:\n- {key: a, rate_limit: {unit: day, requests_per_unit: 1, algorithm: token_bucket}}\n");
        var forced = new Check("d", List.of(descriptor("a=1", 3)), true, false);

        CheckResult result = check(forced);

        assertThat(result.allowed()).isTrue();
        assertThat(result.over()).isTrue();
        assertThat(hit("a=1").allowed()).isFalse();
    }

    @Test
    void moreHitsThanTheLimit_neverPass() {
        rules("domain: d\ndescriptors:\n- {key: a, rate_limit: {unit: day, requests_per_unit: 5, algorithm: sliding_log}}\n");

        CheckResult result = hits("a=1", 6);

        assertThat(result.allowed()).isFalse();
        assertThat(result.exceedsLimit()).isTrue();
        assertThat(result.retryAfterNanos()).isEmpty();
    }

    @Test
    void changedNumbers_keepWhatWasUsed_anotherWindowDoesNot() {
        rules("domain: d\ndescriptors:\n- {key: a, rate_limit: {unit: day, requests_per_unit: 5}}\n");
        hits("a=1", 3);

        rules("domain: d\ndescriptors:\n- {key: a, value: '1', rate_limit: {unit: day, requests_per_unit: 7}}\n");
        assertThat(remaining(hit("a=1"), 0)).isEqualTo(3);

        rules("domain: d\ndescriptors:\n- {key: a, rate_limit: {unit: hour, requests_per_unit: 7}}\n");
        assertThat(remaining(hit("a=1"), 0)).isEqualTo(6);
    }

    @Test
    void valuesOfAPattern_haveStatesOfTheirOwn_unlessTheyShareOne() {
        rules("""
                domain: d
                descriptors:
                  - {key: own, value: 'f/*', rate_limit: {unit: day, requests_per_unit: 5}}
                  - {key: one, value: 'f/*', share_threshold: true, rate_limit: {unit: day, requests_per_unit: 5}}
                """);

        assertThat(remaining(hit("own=f/1"), 0)).isEqualTo(4);
        assertThat(remaining(hit("own=f/2"), 0)).isEqualTo(4);
        assertThat(remaining(hit("one=f/1"), 0)).isEqualTo(4);
        assertThat(remaining(hit("one=f/2"), 0)).isEqualTo(3);
    }

    @Test
    void keysAndValues_thatReadTheSameJoined_haveStatesOfTheirOwn() {
        rules("""
                domain: d
                descriptors:
                  - {key: a, rate_limit: {unit: day, requests_per_unit: 5}}
                  - {key: a_b, rate_limit: {unit: day, requests_per_unit: 5}}
                """);

        hit("a=b_c");

        assertThat(remaining(hit("a_b=c"), 0)).isEqualTo(4);
    }

    @Test
    void reset_forgetsWhatWasCounted() {
        rules("domain: d\ndescriptors:\n- {key: a, rate_limit: {unit: day, requests_per_unit: 5}}\n");
        hits("a=1", 3);
        hits("a=2", 3);

        limits.reset("d", List.of(descriptor("a=1", 0), descriptor("unknown=1", 0))).toCompletableFuture().join();
        limits.reset("d", List.of(descriptor("unknown=1", 0))).toCompletableFuture().join();

        assertThat(remaining(hit("a=1"), 0)).isEqualTo(4);
        assertThat(remaining(hit("a=2"), 0)).isEqualTo(1);
    }

    @Test
    void lease_ofPermits_isRenewedAndReleased() {
        rules("""
                domain: d
                descriptors:
                  - {key: a, rate_limit: {requests_per_unit: 1, algorithm: concurrency}}
                  - {key: b, rate_limit: {unit: day, requests_per_unit: 2}}
                """);
        var leased = new Check("d", List.of(descriptor("a=1", 1), descriptor("b=1", 1)), false, true);
        CheckResult first = check(leased);

        assertThat(first.lease()).isPresent();
        String id = first.lease().orElseThrow().id();
        assertThat(check(leased).allowed()).isFalse();
        assertThat(limits.renew(id).toCompletableFuture().join()).isPresent();
        limits.release(id).toCompletableFuture().join();
        limits.release(id).toCompletableFuture().join();
        assertThat(limits.renew(id).toCompletableFuture().join()).isEmpty();

        CheckResult refusedByOther = check(leased);
        assertThat(refusedByOther.allowed()).as("the other limit is used up").isFalse();
        assertThat(refusedByOther.lease()).isEmpty();
        assertThat(hit("a=1").allowed()).as("no permit was kept for the refused check").isTrue();
    }

    @Test
    void permits_withoutALease_areGivenBackByHits_thoseOfALeaseAreNot() {
        rules("domain: d\ndescriptors:\n- {key: a, rate_limit: {requests_per_unit: 1, algorithm: concurrency}}\n");
        assertThat(hit("a=1").lease()).isEmpty();
        assertThat(hit("a=1").allowed()).isFalse();

        assertThat(hits("a=1", -1).allowed()).isTrue();
        assertThat(hit("a=1").allowed()).isTrue();
        assertThatThrownBy(() -> check(new Check("d", List.of(descriptor("a=1", -1)), false, true)))
                .isInstanceOf(InvalidInputException.class).hasMessageStartingWith("hits must not be negative");
    }

    @Test
    void metadata_ofARule_isToldToCallers() {
        rules("domain: d\ndescriptors:\n- {key: a, metadata: {team: core}, rate_limit: {unit: day, requests_per_unit: 5}}\n");

        assertThat(hit("a=1").descriptors().getFirst().metadata()).isEqualTo(Map.of("team", "core"));
    }

    @ParameterizedTest
    @CsvSource({
            // Of a limit of 10, of which hits 9 and 10 are near: hits before, hits, within, near, over
            "0, 8, 8, 0, 0", "0, 10, 10, 2, 0", "8, 1, 1, 1, 0", "7, 2, 2, 1, 0", "9, 3, 0, 1, 2", "10, 1, 0, 0, 1",
            "0, 12, 0, 2, 2", "12, 5, 0, 0, 5"})
    void hits_ofAFixedWindow_areCountedAsUpstreamCountsThem(long before, long hits, long within, long near, long over) {
        rules("""
                domain: d
                descriptors:
                  - {key: a, rate_limit: {unit: day, requests_per_unit: 10}}
                  - {key: s, shadow_mode: true, rate_limit: {unit: day, requests_per_unit: 10}}
                """);
        if (before > 0) {
            hits("a=1", before);
            hits("s=1", before);
        }

        assertThat(HitCounts.of(hits("a=1", hits).descriptors().getFirst()))
                .isEqualTo(new HitCounts(hits, within, near, over, 0));
        assertThat(HitCounts.of(hits("s=1", hits).descriptors().getFirst()))
                .isEqualTo(new HitCounts(hits, within, near, over, over));
    }

    @Test
    void hits_ofWhatCountsNothingWhenItIsOver_areAllOver() {
        rules("domain: d\ndescriptors:\n- {key: a, rate_limit: {unit: day, requests_per_unit: 10, algorithm: sliding_log}}\n");
        hits("a=1", 9);

        assertThat(HitCounts.of(hits("a=1", 3).descriptors().getFirst())).isEqualTo(new HitCounts(3, 0, 0, 3, 0));
        assertThat(HitCounts.of(hits("a=1", -1).descriptors().getFirst())).isEqualTo(new HitCounts(0, 0, 0, 0, 0));
        assertThat(HitCounts.of(hits("a=1", 0).descriptors().getFirst()).total()).isZero();
        assertThat(HitCounts.of(hits("unknown=1", 1).descriptors().getFirst()).total()).isZero();
    }

    @Test
    void twentyDescriptors_ofEightLimits_areDecidedAtOnce() {
        var text = new StringBuilder("domain: d\ndescriptors:\n- key: a\n  rate_limit:\n    limits:\n");
        for (int i = 1; i <= 8; i++) {
            text.append("    - {window: ").append(i).append("h, requests_per_unit: 5}\n");
        }
        rules(text.toString());
        List<Descriptor> descriptors = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            descriptors.add(descriptor("a=" + i, 1));
        }

        CheckResult result = check(Check.of("d", descriptors));

        assertThat(result.allowed()).isTrue();
        assertThat(result.limits()).hasSize(160);

        descriptors.add(descriptor("a=more", 1));
        assertThatThrownBy(() -> check(Check.of("d", descriptors))).isInstanceOf(InvalidInputException.class)
                .hasMessage("descriptors must have at most 160 limits together");
        assertThatThrownBy(() -> Check.of("d", Collections.nCopies(161, descriptor("a=1", 1))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
