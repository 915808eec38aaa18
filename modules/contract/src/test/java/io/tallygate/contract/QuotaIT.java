package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checking, consuming, refunding, topping up and resetting. */
@EveryStore
class QuotaIT extends QuotaSuite {

    private static final Duration VISIBLE = Duration.ofSeconds(60);

    private final String type = freshType();

    /** A subject with a hard limit of this class's quota type, of a period that does not end during a test. */
    private String subjectWith(long limit) {
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, limit, "lifetime"));
        return subject;
    }

    @Test
    void consumingAnswersWithTheDecisionAndHowTheLimitsStand() {
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 10, "year"), QuotaApi.limit(type, 100, "lifetime"));
        Answer answer = quotas.consume(subject, type, 3);
        assertThat(answer).isOk();
        assertThat(answer.mediaType()).isEqualTo("application/json");
        JsonNode decision = answer.json();
        assertThat(decision.path("allowed").isBoolean() && decision.path("allowed").booleanValue()).isTrue();
        assertThat(CounterIT.instant(decision.path("as_of"))).isBetween(Instant.now().minusSeconds(60),
                Instant.now().plusSeconds(1));
        assertThat(answer.each("quotas", "quota_type")).containsExactly(type);
        assertAmount(decision.at("/quotas/0/requested"), "3");
        assertAmount(decision.at("/quotas/0/granted"), "3");
        assertThat(answer.each("limits", "per")).containsExactly("year", "lifetime");
        JsonNode year = QuotaApi.limitOf(answer, type, "year");
        assertAmount(year.path("limit"), "10");
        assertAmount(year.path("used"), "3");
        assertAmount(year.path("held"), "0");
        assertAmount(year.path("remaining"), "7");
        assertAmount(year.path("pending"), "0");
        assertThat(CounterIT.instant(year.path("resets_at"))).isAfter(Instant.now());
        assertThat(year.path("hard").booleanValue()).isTrue();
        assertThat(year.path("over").isBoolean() && !year.path("over").booleanValue()).isTrue();
        JsonNode lifetime = QuotaApi.limitOf(answer, type, "lifetime");
        assertAmount(lifetime.path("remaining"), "97");
        assertThat(lifetime.has("resets_at")).as("a lifetime does not end").isFalse();
    }

    @Test
    void theValueIsOneWhenNothingIsSaid() {
        String subject = subjectWith(10);
        assertThat(api.post(QuotaApi.CONSUME, Json.object("subject", subject, "quota_type", type))).isOk();
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("1");
    }

    @Test
    void whatALimitDoesNotLeaveIsDeniedAndChangesNothing() {
        String subject = subjectWith(10);
        assertThat(quotas.consume(subject, type, 8)).isOk();
        Answer denied = quotas.consume(subject, type, 3);
        assertThat(denied).hasStatus(429).isProblem("quota-exceeded");
        assertThat(denied.json().path("allowed").isBoolean() && !denied.json().path("allowed").booleanValue())
                .isTrue();
        assertAmount(denied.json().at("/quotas/0/requested"), "3");
        assertAmount(denied.json().at("/quotas/0/granted"), "0");
        assertAmount(QuotaApi.limitOf(denied, type, "lifetime").path("used"), "8");
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("8");
        assertThat(quotas.consume(subject, type, 2)).isOk();
        assertThat(quotas.consume(subject, type, 1)).hasStatus(429);
    }

    @Test
    @OverHttpOnly(because = "how limits stand is in the decision, which is a detail of the error, and in no header")
    void aDenialSaysInItsHeadersHowTheLimitsStandAndWhenToComeAgain() {
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 2, "day"), QuotaApi.limit(type, 50, "lifetime"));
        assertThat(quotas.consume(subject, type, 2)).isOk();
        Answer denied = quotas.consume(subject, type, 1);
        assertThat(denied).hasStatus(429);
        assertThat(denied.header("RateLimit-Policy")).contains("\"" + type + "/day\";q=2;w=86400")
                .contains("\"" + type + "/lifetime\";q=50");
        assertThat(denied.header("RateLimit")).matches("\"" + type + "/day\";r=0;t=\\d+, \"" + type
                + "/lifetime\";r=48");
        long seconds = Long.parseLong(denied.header("Retry-After"));
        Instant resets = CounterIT.instant(QuotaApi.limitOf(denied, type, "day").path("resets_at"));
        assertThat(Instant.now().plusSeconds(seconds)).isBetween(resets.minusSeconds(60), resets.plusSeconds(60));
    }

    @Test
    void aDenialSaysWhenToComeAgain() {
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 2, "day"));
        assertThat(quotas.consume(subject, type, 2)).isOk();
        Answer denied = quotas.consume(subject, type, 1);
        assertThat(denied).hasStatus(429).isProblem("quota-exceeded");
        Instant resets = CounterIT.instant(QuotaApi.limitOf(denied, type, "day").path("resets_at"));
        assertThat(Instant.now().plusSeconds(Long.parseLong(denied.header("Retry-After"))))
                .isBetween(resets.minusSeconds(60), resets.plusSeconds(60));
    }

    @Test
    void whereWaitingCannotHelpThereIsNoRetryAfter() {
        String subject = subjectWith(1);
        assertThat(quotas.consume(subject, type, 2).header("Retry-After")).as("more than the limit").isEmpty();
        assertThat(quotas.consume(subject, type, 1)).isOk();
        Answer denied = quotas.consume(subject, type, 1);
        assertThat(denied).hasStatus(429);
        assertThat(denied.header("Retry-After")).as("a lifetime").isEmpty();
    }

    @Test
    void severalQuotaTypesAreConsumedTogetherOrNotAtAll() {
        String other = freshType();
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 10, "lifetime"), QuotaApi.limit(other, 5, "lifetime"));
        Answer denied = api.post(QuotaApi.CONSUME, Json.object("subject", subject, "quotas",
                List.of(QuotaApi.pair(type, 4), QuotaApi.pair(other, 6))));
        assertThat(denied).hasStatus(429).isProblem("quota-exceeded");
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("0");
        Answer granted = api.post(QuotaApi.CONSUME, Json.object("subject", subject, "quotas",
                List.of(QuotaApi.pair(type, 4), QuotaApi.pair(other, 5))));
        assertThat(granted).isOk();
        assertThat(granted.each("quotas", "quota_type")).containsExactly(type, other);
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("4");
        assertThat(quotas.used(subject, other, "lifetime")).isEqualByComparingTo("5");
    }

    @Test
    void aConsumptionPassesEveryLimitOfItsQuotaTypeOrNone() {
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 3, "year"), QuotaApi.limit(type, 2, "lifetime"));
        assertThat(quotas.consume(subject, type, 3)).hasStatus(429);
        assertThat(quotas.used(subject, type, "year")).isEqualByComparingTo("0");
        assertThat(quotas.consume(subject, type, 2)).isOk();
        assertThat(quotas.used(subject, type, "year")).isEqualByComparingTo("2");
    }

    @Test
    void bestEffortGrantsWhatIsLeft() {
        String subject = subjectWith(10);
        assertThat(quotas.consume(subject, type, 7)).isOk();
        Answer answer = quotas.consume(subject, type, 5, "mode", "best_effort");
        assertThat(answer).isOk();
        assertAmount(answer.json().at("/quotas/0/requested"), "5");
        assertAmount(answer.json().at("/quotas/0/granted"), "3");
        assertThat(quotas.consume(subject, type, 5, "mode", "best_effort")).hasStatus(429);
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("10");
    }

    @Test
    void forceRecordsWhatHasHappenedBeyondTheLimit() {
        String subject = subjectWith(10);
        Answer answer = quotas.consume(subject, type, 25, "mode", "force");
        assertThat(answer).isOk();
        JsonNode limit = QuotaApi.limitOf(answer, type, "lifetime");
        assertAmount(limit.path("used"), "25");
        assertAmount(limit.path("remaining"), "0");
        assertThat(limit.path("over").booleanValue()).isTrue();
        assertThat(quotas.consume(subject, type, 1)).hasStatus(429);
    }

    @Test
    void beyondWhereAmountsEndForceIsAConflictAndChangesNothing() {
        String subject = subjectWith(10);
        long most = 1L << 53;
        assertThat(quotas.consume(subject, type, most, "mode", "force")).isOk();
        assertThat(quotas.consume(subject, type, 1, "mode", "force")).hasStatus(409).isProblem("quota-overflow");
        Answer batch = quotas.batch(List.of(QuotaApi.consumption(subject, type, 1, "mode", "force")));
        assertThat(batch).hasStatus(207);
        assertThat(batch.json().at("/results/0/error/type").asText()).isEqualTo("urn:tallygate:problem:quota-overflow");
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo(Long.toString(most));
    }

    @Test
    void aSoftLimitGrantsMoreAndSaysSoUpToItsGrace() {
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 10, "lifetime", "hard", false, "grace", 25));
        Answer over = quotas.consume(subject, type, 12);
        assertThat(over).isOk();
        assertThat(QuotaApi.limitOf(over, type, "lifetime").path("over").booleanValue()).isTrue();
        assertThat(QuotaApi.limitOf(over, type, "lifetime").path("hard").booleanValue()).isFalse();
        assertThat(quotas.consume(subject, type, 1)).as("floor(10 * 1.25) is 12").hasStatus(429);
    }

    @Test
    void checkAnswers200EitherWayAndChangesNothing() {
        String subject = subjectWith(10);
        Answer yes = quotas.check(subject, type, 10);
        assertThat(yes).isOk();
        assertThat(yes.json().path("allowed").booleanValue()).isTrue();
        Answer no = quotas.check(subject, type, 11);
        assertThat(no).isOk();
        assertThat(no.json().path("allowed").isBoolean() && !no.json().path("allowed").booleanValue()).isTrue();
        assertThat(quotas.check(subject, type, 0)).isOk();
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("0");
    }

    @Test
    void anAsyncConsumptionIsAcceptedAtOnceAndCountedSoon() {
        String subject = subjectWith(10);
        Answer answer = quotas.consume(subject, type, 12, "async", true);
        assertThat(answer).hasStatus(202);
        assertThat(answer.json()).isEqualTo(Json.tree("{\"accepted\":true}"));
        Await.until(VISIBLE, "the accepted consumption is counted",
                () -> quotas.used(subject, type, "lifetime").intValueExact() == 12);
        Answer consumer = api.get(QuotaApi.PATH + "/consumer");
        assertThat(consumer).isOk();
        for (String member : List.of("total", "processed", "failed", "lost", "batches", "queued", "fallbacks")) {
            assertThat(consumer.json().path(member).isIntegralNumber()).as("%s in %s", member, consumer).isTrue();
        }
        assertThat(consumer.json().path("healthy").isBoolean()).isTrue();
    }

    @Test
    void aRequestIsRepeatedByItsKeyWithoutCountingAgain() {
        String subject = subjectWith(10);
        String key = seed.name("key");
        Answer first = quotas.consumeWithKey(subject, type, 4, key);
        assertThat(first).isOk().isNotReplayed();
        Answer again = quotas.consumeWithKey(subject, type, 4, key);
        assertThat(again).isOk().isReplayed();
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(quotas.consume(subject, type, 4, "request_id", key).json()).isEqualTo(first.json());
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("4");
        assertThat(quotas.consumeWithKey(subject, type, 5, key)).hasStatus(422).isProblem("idempotency-key-reused");
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("4");
    }

    @Test
    void aDenialIsRepeatedByItsKeyToo() {
        String subject = subjectWith(3);
        String key = seed.name("key");
        Answer denied = quotas.consumeWithKey(subject, type, 5, key);
        assertThat(denied).hasStatus(429).isNotReplayed();
        Answer again = quotas.consumeWithKey(subject, type, 5, key);
        assertThat(again).hasStatus(429).isReplayed();
        assertThat(again.json()).isEqualTo(denied.json());
    }

    @Test
    void aRequestForWhatIsNotThereDoesNotUseUpItsKey() {
        String key = seed.name("key");
        assertThat(quotas.consumeWithKey(freshSubject(), type, 1, key)).hasStatus(404).isProblem("unknown-subject");
        assertThat(quotas.consumeWithKey(subjectWith(3), type, 1, key)).isOk().isNotReplayed();
    }

    @Test
    void aBatchDecidesEachItemForItself() {
        String subject = subjectWith(5);
        String first = seed.name("item");
        Answer answer = quotas.batch(List.of(QuotaApi.consumption(subject, type, 3, "request_id", first),
                QuotaApi.consumption(subject, type, 6, "request_id", seed.name("item")),
                QuotaApi.consumption(subject, type, -1), QuotaApi.consumption(freshSubject(), type, 1),
                QuotaApi.consumption(subject, type, 2, "request_id", seed.name("item")),
                QuotaApi.consumption(subject, type, 3, "request_id", first),
                QuotaApi.consumption(subject, type, 1, "request_id", first)));
        assertThat(answer).hasStatus(207);
        assertThat(answer.each("results", "status")).containsExactly("granted", "denied", "invalid", "invalid",
                "granted", "granted", "invalid");
        assertThat(answer.json().at("/results/0/allowed").booleanValue()).isTrue();
        assertThat(answer.json().at("/results/5")).isEqualTo(answer.json().at("/results/0"));
        assertThat(answer.json().at("/results/1/allowed").isBoolean()).isTrue();
        assertThat(answer.json().at("/results/2/error/errors/0/field").asText()).isEqualTo("operations[2].value");
        assertThat(answer.json().at("/results/3/error/type").asText())
                .isEqualTo("urn:tallygate:problem:unknown-subject");
        assertThat(answer.json().at("/results/6/error/type").asText())
                .isEqualTo("urn:tallygate:problem:idempotency-key-reused");
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("5");
    }

    @Test
    void aBatchOfWhichAllIsGrantedIs200AndIsRepeatedByItsKey() {
        String subject = subjectWith(10);
        String key = seed.name("batch");
        var body = Json.text(Json.object("operations",
                List.of(QuotaApi.consumption(subject, type, 2), QuotaApi.consumption(subject, type, 3))));
        Answer first = api.post(QuotaApi.CONSUME_BATCH, body, Api.KEY_HEADER, key);
        assertThat(first).isOk().isNotReplayed();
        assertThat(first.each("results", "status")).containsExactly("granted", "granted");
        Answer again = api.post(QuotaApi.CONSUME_BATCH, body, Api.KEY_HEADER, key);
        assertThat(again).isOk().isReplayed();
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("5");
    }

    @Test
    void aRefundGivesBackAtMostWhatIsUsed() {
        String subject = subjectWith(10);
        assertThat(quotas.consume(subject, type, 6)).isOk();
        var refund = QuotaApi.consumption(subject, type, 4, "request_id", seed.name("refund"));
        for (int i = 0; i < 2; i++) {
            Answer answer = api.post(QuotaApi.REFUND, refund);
            assertThat(answer).isOk();
            assertAmount(QuotaApi.limitOf(answer, type, "lifetime").path("returned"), "4");
            assertAmount(QuotaApi.limitOf(answer, type, "lifetime").path("used"), "2");
        }
        Answer rest = api.post(QuotaApi.REFUND,
                QuotaApi.consumption(subject, type, 9, "request_id", seed.name("refund")));
        assertThat(rest).isOk();
        assertAmount(QuotaApi.limitOf(rest, type, "lifetime").path("returned"), "2");
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("0");
    }

    @Test
    void aTopUpAddsCreditToALifetime() {
        String subject = subjectWith(10);
        var topUp = Json.object("quota_type", type, "value", 15, "request_id", seed.name("top-up"));
        for (int i = 0; i < 2; i++) {
            Answer answer = api.post(QuotaApi.subject(subject) + "/top-up", topUp);
            assertThat(answer).isOk();
            assertAmount(QuotaApi.limitOf(answer, type, "lifetime").path("used"), "-15");
        }
        assertThat(quotas.consume(subject, type, 25)).isOk();
        assertThat(quotas.consume(subject, type, 1)).hasStatus(429);
    }

    @Test
    void aTopUpWithoutALifetimeIsAConflict() {
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 10, "year"));
        Answer answer = api.post(QuotaApi.subject(subject) + "/top-up",
                Json.object("quota_type", type, "value", 1, "request_id", seed.name("top-up")));
        assertThat(answer).hasStatus(409).isProblem("no-lifetime-limit");
    }

    @Test
    void aResetBeginsTheRunningPeriodsAnewButKeepsWhatIsHeld() {
        String subject = subjectWith(10);
        assertThat(quotas.consume(subject, type, 6)).isOk();
        assertThat(quotas.reserve(subject, type, 3, "10m")).hasStatus(201);
        for (int i = 0; i < 2; i++) {
            Answer answer = api.post(QuotaApi.subject(subject) + "/reset", Json.object("quota_type", type));
            assertThat(answer).hasStatus(204);
            assertThat(answer.body()).isEmpty();
            assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("3");
        }
        assertThat(quotas.consume(subject, type, 7)).isOk();
        assertThat(api.post(QuotaApi.subject(subject) + "/reset", Json.object())).hasStatus(204);
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("3");
    }

    @Test
    void pastUsageIsTold() {
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 10, "year"), QuotaApi.limit(type, 100, "lifetime"));
        assertThat(quotas.consume(subject, type, 4)).isOk();
        Answer answer = api.get(QuotaApi.subject(subject) + "/usage?quota_type=" + type + "&per=year");
        assertThat(answer).isOk();
        JsonNode last = null;
        for (JsonNode period : answer.json().path("periods")) {
            assertThat(period.path("per").asText()).isEqualTo("year");
            last = period;
        }
        assertThat(last).as("periods of %s", answer).isNotNull();
        assertAmount(last.path("used"), "4");
        assertAmount(last.path("held"), "0");
        assertThat(CounterIT.instant(last.path("start"))).isBefore(Instant.now());
        assertThat(CounterIT.instant(last.path("end"))).isAfter(Instant.now());
    }

    @Test
    void amountsAreExactDecimals() {
        String exact = freshType();
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(exact, 1, "lifetime", "scale", 1));
        for (int i = 0; i < 10; i++) {
            assertThat(api.post(QuotaApi.CONSUME, "{\"subject\":\"" + subject + "\",\"quota_type\":\"" + exact
                    + "\",\"value\":0.10}")).isOk();
        }
        Answer denied = quotas.consume(subject, exact, 0.1);
        assertThat(denied).hasStatus(429);
        assertThat(denied.body()).contains("\"used\":1,").contains("\"requested\":0.1,");
    }

    @Test
    void aUserIdIsAnotherNameOfTheSubject() {
        String subject = Long.toString(Integer.toUnsignedLong(seed.name("user").hashCode()));
        quotas.settle(subject, QuotaApi.limit(type, 10, "lifetime"));
        assertThat(api.post(QuotaApi.CONSUME, Json.object("user_id", Long.parseLong(subject), "quota_type", type)))
                .isOk();
        assertThat(api.post(QuotaApi.CONSUME, Json.object("user_id", subject, "quota_type", type))).isOk();
        assertThat(api.post(QuotaApi.CONSUME,
                Json.object("user_id", subject, "subject", subject, "quota_type", type))).isOk();
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a b", "a+b", "100%", "%41", "ä-ö-ü", "日本語", "👍🏽", "a?b=c", "a\"b", "..", "a;b"})
    void anyTextIsAnId(String text) {
        String unique = seed.name("n");
        String subject = text + unique;
        String quotaType = unique + text;
        quotas.settle(subject, QuotaApi.limit(quotaType, 10, "year"));
        Answer answer = quotas.consume(subject, quotaType, 2);
        assertThat(answer).isOk();
        assertThat(answer.each("limits", "quota_type")).containsExactly(quotaType);
        assertThat(quotas.used(subject, quotaType, "year")).isEqualByComparingTo("2");
        Answer denied = quotas.consume(subject, quotaType, 9);
        assertThat(denied).hasStatus(429);
        assertThat(denied.each("limits", "quota_type")).containsExactly(quotaType);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "100%", "ä-ö-ü", "👍🏽", "a\"b", "a;b"})
    @OverHttpOnly(because = "no header names a limit")
    void anyTextIsNamedInHeadersInVisibleAscii(String text) {
        String subject = freshSubject();
        String quotaType = seed.name("n") + text;
        quotas.settle(subject, QuotaApi.limit(quotaType, 1, "year"));
        assertThat(quotas.consume(subject, quotaType, 2).header("RateLimit")).matches("[ -~]+");
    }

    @Test
    void metadataAndUnknownMembersAreTaken() {
        String subject = subjectWith(10);
        assertThat(quotas.consume(subject, type, 1, "metadata", Json.object("job", "j-1", "list", new int[]{1, 2}),
                "colour", "green")).isOk();
    }
}
