package io.tallygate.ratelimit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ratelimit.CachedDenials;
import io.tallygate.ratelimit.MemoryStores;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitStore;
import io.tallygate.ratelimit.Source;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What decides while the store does not answer. */
final class StoreAwayTest {

    private static final Duration TIMEOUT = Duration.ofMillis(20);

    private final SettableTime time = new SettableTime();
    private final StoppableStore store = new StoppableStore(MemoryStores.of(time.epochNanos()));
    private final RateLimitStore local = MemoryStores.of(time.epochNanos());
    private final RuleBook book = new RuleBook(Precision.MEMORY);
    private double share = 1;
    private final RateLimits limits = new RateLimits(book, store, local, () -> share, TIMEOUT, time, time.nanos());

    @AfterEach
    void close() {
        store.close();
        local.close();
    }

    private void rules(String descriptors) {
        book.store("d", Rules.document("{domain: d, descriptors: [" + descriptors + "]}"));
    }

    private CompletableFuture<CheckResult> ask(Check check) {
        return limits.check(check).toCompletableFuture();
    }

    private static Check check(String... descriptors) {
        return Check.of("d", Arrays.stream(descriptors)
                .map(text -> Descriptor.of(Rules.entries(text.split("[= ]", -1)), 1)).toList());
    }

    /** One hit of each descriptor; the time that the store may take passes. */
    private CheckResult hit(String... descriptors) {
        CompletableFuture<CheckResult> result = ask(check(descriptors));
        time.advance(TIMEOUT);
        return result.join();
    }

    @Test
    void answerInTime_isTheStores() {
        rules("{key: a, rate_limit: {unit: day, requests_per_unit: 5}}");
        store.stop();

        CompletableFuture<CheckResult> result = ask(check("a=1"));
        assertThat(result).isNotDone();
        store.start();

        assertThat(result.join().source()).isEqualTo(Source.STORE);
        assertThat(time.tasks()).as("alarms that are left").isZero();
    }

    @ParameterizedTest
    @CsvSource({"local, true, LOCAL", "allow, true, POLICY", "deny, false, POLICY"})
    void rule_decidesAfterTheDeadline(String onFailure, boolean allowed, Source source) {
        rules("{key: a, rate_limit: {unit: day, requests_per_unit: 5, on_failure: " + onFailure + "}}");
        store.stop();

        CompletableFuture<CheckResult> asked = ask(check("a=1"));
        time.advance(TIMEOUT.minusNanos(1));
        assertThat(asked).isNotDone();
        time.advance(Duration.ofNanos(1));

        CheckResult result = asked.join();
        assertThat(result.allowed()).isEqualTo(allowed);
        assertThat(result.source()).isEqualTo(source);
        assertThat(result.descriptors().getFirst().outcome()).isEqualTo(allowed ? Outcome.WITHIN : Outcome.OVER);
        assertThat(result.retryAfterNanos().isPresent()).isEqualTo(!allowed);
    }

    @Test
    void rule_thatWantsAnError_failsTheWholeCheck() {
        rules("""
                {key: a, rate_limit: {unit: day, requests_per_unit: 5}},
                {key: b, rate_limit: {unit: day, requests_per_unit: 5, on_failure: error}}""");
        store.stop();

        assertThatThrownBy(() -> hit("a=1", "b=1")).hasCauseInstanceOf(StoreUnavailableException.class);
        assertThat(hit("a=1").allowed()).isTrue();
    }

    @Test
    void lateAnswer_isDropped_andStaysCounted() {
        rules("{key: a, rate_limit: {unit: day, requests_per_unit: 5, on_failure: deny}}");
        store.stop();
        assertThat(hit("a=1").allowed()).isFalse();

        store.start();

        CheckResult result = hit("a=1");
        assertThat(result.source()).isEqualTo(Source.STORE);
        assertThat(result.limits()).extracting(LimitReport::remaining).containsExactly(3L);
    }

    @Test
    void localShare_ofALimit_isItsWholePartAndAtLeastOne() {
        rules("""
                {key: ten, rate_limit: {unit: day, requests_per_unit: 10}},
                {key: one, rate_limit: {unit: day, requests_per_unit: 1}},
                {key: none, rate_limit: {unit: day, requests_per_unit: 0}},
                {key: bucket, rate_limit: {unit: day, requests_per_unit: 10, burst: 7, algorithm: token_bucket}}""");
        store.stop();
        share = 1.0 / 3;

        assertThat(passing("ten=1")).isEqualTo(3);
        assertThat(passing("one=1")).isEqualTo(1);
        assertThat(passing("none=1")).isZero();
        assertThat(passing("bucket=1")).isEqualTo(2);
    }

    @Test
    void localShare_thatChanges_isUsedAtOnce() {
        rules("{key: a, rate_limit: {unit: day, requests_per_unit: 10}}");
        store.stop();
        share = 0.5;
        assertThat(passing("a=1")).isEqualTo(5);

        share = 0.8;
        assertThat(passing("a=2")).isEqualTo(8);
    }

    private int passing(String descriptor) {
        for (int passed = 0;; passed++) {
            CheckResult result = hit(descriptor);
            assertThat(result.source()).isEqualTo(Source.LOCAL);
            if (!result.allowed()) {
                return passed;
            }
        }
    }

    @Test
    void localCounts_ofAnOutage_beginUnused() {
        rules("{key: a, rate_limit: {unit: day, requests_per_unit: 2}}");
        store.stop();
        assertThat(passing("a=1")).isEqualTo(2);
        time.advance(Outages.QUIET.minusMillis(100));
        assertThat(hit("a=1").allowed()).as("still the same outage").isFalse();

        time.advance(Outages.QUIET.plusMillis(1));
        assertThat(hit("a=1").allowed()).as("nobody asked for long, and the store has not answered").isFalse();

        store.start();
        assertThat(hit("a=1").source()).isEqualTo(Source.STORE);
        store.stop();
        assertThat(hit("a=1").allowed()).as("soon after a failure").isFalse();

        store.start();
        assertThat(hit("a=1").source()).isEqualTo(Source.STORE);
        time.advance(Outages.QUIET.plusMillis(1));
        store.stop();
        assertThat(passing("a=1")).as("in the next outage").isEqualTo(2);
    }

    @Test
    void descriptors_thatDifferInPolicy_areDecidedEachByItsOwn() {
        rules("""
                {key: a, rate_limit: {unit: day, requests_per_unit: 1}},
                {key: b, rate_limit: {unit: day, requests_per_unit: 1, on_failure: allow}},
                {key: c, rate_limit: {unit: day, requests_per_unit: 1, on_failure: deny}}""");
        store.stop();

        assertThat(hit("b=1", "a=1").allowed()).isTrue();
        CheckResult second = hit("b=1", "unknown=1", "a=1");

        assertThat(second.allowed()).isFalse();
        assertThat(second.source()).isEqualTo(Source.LOCAL);
        assertThat(second.descriptors()).extracting(DescriptorReport::outcome)
                .containsExactly(Outcome.WITHIN, Outcome.NO_RULE, Outcome.OVER);
        assertThat(hit("c=1", "b=1").allowed()).isFalse();
    }

    @Test
    void allOrNothing_refusedByAPolicy_countsNothingLocally() {
        book.store("d", Rules.document("""
                domain: d
                all_or_nothing: true
                descriptors:
                  - {key: a, rate_limit: {unit: day, requests_per_unit: 1}}
                  - {key: c, rate_limit: {unit: day, requests_per_unit: 1, on_failure: deny}}
                """));
        store.stop();

        assertThat(hit("a=1", "c=1").allowed()).isFalse();
        assertThat(hit("a=1").allowed()).isTrue();
        assertThat(hit("a=1").allowed()).isFalse();
    }

    @Test
    void policyDeny_refusesNeitherForcedChecksNorHitsGivenBack() {
        rules("{key: a, rate_limit: {unit: day, requests_per_unit: 1, on_failure: deny}}");
        store.stop();

        CompletableFuture<CheckResult> forced = ask(new Check("d", check("a=1").descriptors(), true, false));
        CompletableFuture<CheckResult> back = ask(
                Check.of("d", List.of(Descriptor.of(Rules.entries("a", "1"), -1))));
        time.advance(TIMEOUT);

        assertThat(forced.join().allowed()).isTrue();
        assertThat(back.join().allowed()).isTrue();
    }

    @Test
    void shadowAndOtherRules_withoutStore_refuseNothing() {
        rules("""
                {key: s, shadow_mode: true, rate_limit: {unit: day, requests_per_unit: 0, on_failure: deny}},
                {key: l, shadow_mode: true, rate_limit: {unit: day, requests_per_unit: 0}},
                {key: e, shadow_mode: true, rate_limit: {unit: day, requests_per_unit: 0, on_failure: error}}""");
        store.stop();

        assertThat(hit("s=1", "l=1").allowed()).isTrue();
        assertThat(hit("e=1").allowed()).isTrue();
    }

    @Test
    void domainInShadow_withoutStore_failsNothing() {
        book.store("d", Rules.document("""
                domain: d
                shadow: true
                descriptors: [{key: e, rate_limit: {unit: day, requests_per_unit: 0, on_failure: error}}]
                """));
        store.stop();

        assertThat(hit("e=1").allowed()).isTrue();
    }

    @Test
    void storeThatKeepsFailing_isNotAsked_untilOneCallSucceeds() {
        rules("{key: a, rate_limit: {unit: day, requests_per_unit: 100}}");
        store.stop();
        for (int i = 0; i < Breaker.FAILURES_IN_A_ROW_MAX; i++) {
            assertThat(limits.isStoreAway()).isFalse();
            hit("a=1");
        }
        assertThat(limits.isStoreAway()).isTrue();
        int calls = store.calls();

        CompletableFuture<CheckResult> atOnce = ask(check("a=1"));
        assertThat(atOnce).isDone();
        assertThat(atOnce.join().source()).isEqualTo(Source.LOCAL);
        assertThat(store.calls()).isEqualTo(calls);

        store.start();
        time.advance(Duration.ofMillis(100));
        assertThat(ask(check("a=1")).join().source()).as("the probe").isEqualTo(Source.STORE);
        assertThat(limits.isStoreAway()).isFalse();
    }

    @Test
    void denialThatIsRemembered_saysNothingAboutTheStore() {
        rules("""
                {key: a, rate_limit: {unit: day, requests_per_unit: 1, algorithm: token_bucket}},
                {key: b, rate_limit: {unit: day, requests_per_unit: 100}}""");
        var remembering = new RateLimits(book, new CachedDenials(store, time.nanos()), local, () -> share, TIMEOUT,
                time,
                time.nanos());
        assertThat(remembering.check(check("a=1")).toCompletableFuture().join().allowed()).isTrue();
        assertThat(remembering.check(check("a=1")).toCompletableFuture().join().allowed()).isFalse();
        store.stop();
        for (int i = 0; i < Breaker.FAILURES_IN_A_ROW_MAX; i++) {
            var _ = remembering.check(check("b=1"));
        }
        time.advance(TIMEOUT);
        assertThat(remembering.isStoreAway()).isTrue();

        time.advance(Duration.ofMillis(100));
        CheckResult remembered = remembering.check(check("a=1")).toCompletableFuture().join();

        assertThat(remembered.source()).isEqualTo(Source.STORE);
        assertThat(remembered.allowed()).isFalse();
        assertThat(remembering.isStoreAway()).isTrue();
    }

    @Test
    void storeThatThrows_isLikeOneThatDoesNotAnswer() {
        rules("{key: a, rate_limit: {unit: day, requests_per_unit: 100}}");
        store.failWith(new IllegalStateException("broken"));

        assertThat(ask(check("a=1")).join().source()).isEqualTo(Source.LOCAL);
        assertThat(time.tasks()).as("alarms that are left").isZero();
    }

    @Test
    void leaseOfAnOutage_isRenewedAndReleasedHere() {
        rules("{key: a, rate_limit: {requests_per_unit: 1, algorithm: concurrency}}");
        store.stop();
        var leased = new Check("d", check("a=1").descriptors(), false, true);
        CompletableFuture<CheckResult> taken = ask(leased);
        time.advance(TIMEOUT);
        String id = taken.join().lease().orElseThrow().id();
        assertThat(hit("a=1").allowed()).isFalse();

        store.start();
        assertThat(limits.renew(id).toCompletableFuture().join()).isPresent();
        limits.release(id).toCompletableFuture().join();
        assertThat(limits.renew(id).toCompletableFuture().join()).isEmpty();
    }

    @Test
    void leaseOfALateAnswer_isReleased() {
        rules("{key: a, rate_limit: {requests_per_unit: 1, algorithm: concurrency, on_failure: deny}}");
        store.stop();
        CompletableFuture<CheckResult> late = ask(new Check("d", check("a=1").descriptors(), false, true));
        time.advance(TIMEOUT);
        assertThat(late.join().allowed()).isFalse();

        store.start();

        assertThat(hit("a=1").allowed()).isTrue();
    }

    @Test
    void reset_forgetsWhatTheOutageCountedToo() {
        rules("{key: a, rate_limit: {unit: day, requests_per_unit: 1}}");
        store.stop();
        assertThat(passing("a=1")).isEqualTo(1);

        limits.reset("d", check("a=1").descriptors()).toCompletableFuture().join();

        assertThat(hit("a=1").allowed()).isTrue();
    }
}
