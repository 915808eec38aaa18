package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Asking whether something may pass. */
class RateLimitIT extends RateLimitSuite {

    private static final String YEARLY = "{unit: year, requests_per_unit: 3}";

    private String domainWith(String rateLimit) {
        String domain = freshDomain();
        limits.rule(domain, "user", rateLimit);
        return domain;
    }

    @Test
    void aCheckIsAnsweredWithHowTheLimitsStand() {
        String domain = domainWith(YEARLY);
        Answer allowed = limits.check(domain, "user", "42", "hits", 2);
        assertThat(allowed).isOk();
        assertThat(allowed.mediaType()).isEqualTo("application/json");
        JsonNode answer = allowed.json();
        assertThat(answer.path("allowed").isBoolean() && answer.path("allowed").booleanValue()).isTrue();
        assertThat(answer.path("source").asText()).isEqualTo("store");
        JsonNode limit = answer.at("/limits/0");
        assertThat(limit.path("name").asText()).isNotBlank();
        assertThat(limit.path("algorithm").asText()).isEqualTo("fixed_window");
        assertThat(limit.path("limit").longValue()).isEqualTo(3);
        assertThat(limit.path("window_seconds").decimalValue()).isEqualByComparingTo("31536000");
        assertThat(limit.path("remaining").longValue()).isEqualTo(1);
        assertThat(limit.path("reset_after_seconds").decimalValue()).isBetween(BigDecimal.ZERO,
                BigDecimal.valueOf(31_536_000));
        assertThat(limit.path("retry_after_seconds").isNull()).isTrue();
        assertThat(limit.path("allowed").booleanValue()).isTrue();
        assertThat(allowed.header("RateLimit-Policy")).matches("\"[ -~]+\";q=3;w=31536000");
        assertThat(allowed.header("RateLimit")).matches("\"[ -~]+\";r=1;t=\\d+");
        assertThat(allowed.header("Retry-After")).isEmpty();
    }

    @Test
    void whatALimitDoesNotLeaveIsDeniedWithTheTimeToComeAgain() {
        String domain = domainWith(YEARLY);
        assertThat(limits.check(domain, "user", "42", "hits", 3)).isOk();
        Answer denied = limits.check(domain, "user", "42");
        assertThat(denied).hasStatus(429);
        assertThat(denied.mediaType()).isEqualTo("application/json");
        assertThat(denied.json().path("allowed").isBoolean() && !denied.json().path("allowed").booleanValue()).isTrue();
        BigDecimal retry = denied.json().at("/limits/0/retry_after_seconds").decimalValue();
        long seconds = Long.parseLong(denied.header("Retry-After"));
        assertThat(BigDecimal.valueOf(seconds)).as("rounded up").isGreaterThanOrEqualTo(retry)
                .isLessThan(retry.add(BigDecimal.ONE));
        assertThat(denied.header("RateLimit")).matches("\"[ -~]+\";r=0;t=" + seconds);
        assertThat(limits.check(domain, "user", "43")).as("another user").isOk();
    }

    @Test
    void whatIsAboveTheLimitNeverPassesAndIsToldSo() {
        String domain = domainWith("{algorithm: sliding_log, unit: hour, requests_per_unit: 3}");
        Answer denied = limits.check(domain, "user", "42", "hits", 4);
        assertThat(denied).hasStatus(429);
        assertThat(denied.json().path("reason").asText()).isEqualTo("exceeds-limit");
        assertThat(denied.json().at("/limits/0/retry_after_seconds").isNull()).isTrue();
        assertThat(denied.header("Retry-After")).isEmpty();
        assertThat(limits.check(domain, "user", "42", "hits", 3)).as("nothing was counted").isOk();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fixed_window", "token_bucket", "sliding_window", "sliding_log"})
    void everyAlgorithmKeepsItsLimitWhoeverAsksAtOnce(String algorithm) {
        String domain = domainWith("{algorithm: " + algorithm + ", unit: year, requests_per_unit: 20}");
        var allowed = new AtomicInteger();
        Clients.atOnce(8, client -> {
            for (int i = 0; i < 10; i++) {
                if (limits.check(domain, "user", "42").status() == 200) {
                    allowed.incrementAndGet();
                }
            }
            return client;
        });
        assertThat(allowed.get()).isEqualTo(20);
    }

    @Test
    void aLookCountsNothingAndIsNoRefusal() {
        String domain = domainWith(YEARLY);
        assertThat(limits.check(domain, "user", "42", "hits", 3)).isOk();
        Answer look = limits.check(domain, "user", "42", "hits", 0);
        assertThat(look).isOk();
        assertThat(look.json().path("allowed").isBoolean() && !look.json().path("allowed").booleanValue()).isTrue();
        Answer info = limits.info(domain, "user", "43");
        assertThat(info).isOk();
        assertThat(info.json().at("/limits/0/remaining").longValue()).isEqualTo(3);
        assertThat(limits.info(domain, "user", "43").json().at("/limits/0/remaining").longValue()).isEqualTo(3);
    }

    @Test
    void hitsAreGivenBackAsFarAsTheyCount() {
        String domain = domainWith(YEARLY);
        assertThat(limits.check(domain, "user", "42", "hits", 3)).isOk();
        assertThat(limits.check(domain, "user", "42", "hits", -5).json().at("/limits/0/remaining").longValue())
                .isEqualTo(3);
        assertThat(limits.check(domain, "user", "42", "hits", 4)).hasStatus(429);
    }

    @Test
    void whatHasHappenedIsCountedBeyondTheLimit() {
        String domain = domainWith(YEARLY);
        Answer forced = limits.check(domain, "user", "42", "hits", 5, "force", true);
        assertThat(forced).isOk();
        assertThat(forced.json().path("over").booleanValue()).isTrue();
        assertThat(limits.check(domain, "user", "42")).hasStatus(429);
    }

    @Test
    void whatHasNoRulePasses() {
        String domain = domainWith(YEARLY);
        for (Answer answer : List.of(limits.check(domain, "other", "42"), limits.check(freshDomain(), "user", "42"))) {
            assertThat(answer).isOk();
            assertThat(answer.json().path("limits")).isEmpty();
            assertThat(answer.header("RateLimit-Policy")).isEmpty();
        }
    }

    @Test
    void aBatchIsAnsweredInItsOrder() {
        String domain = domainWith(YEARLY);
        Answer answer = limits.batch(List.of(RateLimitApi.question(domain, "user", "42", "hits", 3),
                RateLimitApi.question(domain, "user", "42"), RateLimitApi.question(domain, "user", "43")));
        assertThat(answer).isOk();
        assertThat(answer.each("results", "allowed")).containsExactly("true", "false", "true");
    }

    @Test
    void permitsAreHeldUntilTheyAreReleased() {
        String domain = domainWith("{algorithm: concurrency, requests_per_unit: 2}");
        Answer taken = limits.check(domain, "user", "42", "hits", 2);
        assertThat(taken).isOk();
        String lease = taken.json().path("lease_id").asText();
        assertThat(CounterIT.instant(taken.json().path("expires_at"))).isAfter(Instant.now());
        assertThat(taken.header("RateLimit-Policy")).endsWith(";q=2;qu=\"concurrent-requests\"");
        Answer denied = limits.check(domain, "user", "42");
        assertThat(denied).hasStatus(429);
        assertThat(denied.header("Retry-After")).isEqualTo("1");
        assertThat(denied.json().at("/limits/0/reset_after_seconds").isNull()).isTrue();

        Answer renewed = limits.renew(lease);
        assertThat(renewed).isOk();
        assertThat(CounterIT.instant(renewed.json().path("expires_at")))
                .isAfterOrEqualTo(CounterIT.instant(taken.json().path("expires_at")));
        assertThat(limits.release(lease)).hasStatus(204);
        assertThat(limits.release(lease)).as("idempotent").hasStatus(204);
        assertThat(limits.renew(lease)).hasStatus(404).isProblem("unknown-lease");
        assertThat(limits.check(domain, "user", "42", "hits", 2)).isOk();
    }

    @Test
    void aLeaseThatNobodyRenewsEnds() {
        String domain = domainWith("{algorithm: concurrency, requests_per_unit: 1, lease_ttl: 1s}");
        assertThat(limits.check(domain, "user", "42")).isOk();
        Await.until(Duration.ofSeconds(30), "the lease has ended",
                () -> limits.check(domain, "user", "42").status() == 200);
    }

    @Test
    void whatIsResetIsAsUnused() {
        String domain = domainWith(YEARLY);
        assertThat(limits.check(domain, "user", "42", "hits", 3)).isOk();
        assertThat(api.post(RateLimitApi.PATH + "/reset", RateLimitApi.question(domain, "user", "42"))).hasStatus(204);
        assertThat(limits.check(domain, "user", "42", "hits", 3)).isOk();
    }

    @Test
    void aDescriptorMayBringALimitOfItsOwn() {
        String domain = domainWith(YEARLY);
        var descriptor = Json.object("entries", List.of(Json.object("key", "user", "value", "42")), "limit",
                Json.object("requests_per_unit", 1, "unit", "day"));
        var question = Json.object("domain", domain, "descriptors", List.of(descriptor));
        assertThat(api.post(RateLimitApi.CHECK, question)).isOk();
        assertThat(api.post(RateLimitApi.CHECK, question)).hasStatus(429);
        assertThat(limits.info(domain, "user", "42").json().at("/limits/0/remaining").longValue())
                .as("it counts apart").isEqualTo(3);
    }

    @Test
    void envoysBodiesAreAnsweredAsItsReferenceServiceDoes() {
        String domain = domainWith("{unit: year, requests_per_unit: 1}");
        var question = RateLimitApi.question(domain, "user", "42");
        Answer first = api.post("/json", question);
        assertThat(first).isOk();
        assertThat(first.json().path("overallCode").asText()).isEqualTo("OK");
        assertThat(first.json().at("/statuses/0/currentLimit/requestsPerUnit").asInt()).isEqualTo(1);
        assertThat(first.json().at("/statuses/0/currentLimit/unit").asText()).isEqualTo("YEAR");
        Answer second = api.post("/json", question);
        assertThat(second).hasStatus(429);
        assertThat(second.json().path("overallCode").asText()).isEqualTo("OVER_LIMIT");
        assertThat(api.post("/json", "{\"domain\":\"\"}")).hasStatus(400);
    }

    @Test
    @OwnDeployment
    void whatWasUsedIsKeptOverARestart() {
        String domain = domainWith(YEARLY);
        assertThat(limits.check(domain, "user", "42", "hits", 3)).isOk();
        deployment.restart();
        // A gateway that starts before its service decides by itself until it has reached it.
        limits.awaitRule(domain, "user");
        assertThat(limits.check(domain, "user", "42")).hasStatus(429);
    }
}
