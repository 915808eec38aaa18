package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reservations: taken for the time being, and ended once. */
@EveryStore
class QuotaReservationIT extends QuotaSuite {

    /** Two seconds are promised; a busy machine takes its time. */
    private static final Duration EXPIRY = Duration.ofSeconds(60);

    private final String type = freshType();

    private String subjectWith(long limit) {
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, limit, "lifetime"));
        return subject;
    }

    private void assertUsed(String subject, String used, String held) {
        assertAmount(quotas.state(subject, type, "lifetime").path("used"), used);
        assertAmount(quotas.state(subject, type, "lifetime").path("held"), held);
    }

    @Test
    void whatIsReservedCountsAsUsedAndAsHeld() {
        String subject = subjectWith(10);
        Answer answer = quotas.reserve(subject, type, 6, "10m");
        assertThat(answer).hasStatus(201);
        assertThat(answer.json().path("reservation_id").asText()).matches("[A-Za-z0-9_-]{28}");
        assertThat(CounterIT.instant(answer.json().path("expires_at"))).isBetween(Instant.now().plusSeconds(500),
                Instant.now().plusSeconds(601));
        assertThat(answer.json().path("allowed").booleanValue()).isTrue();
        assertAmount(answer.json().at("/quotas/0/granted"), "6");
        assertUsed(subject, "6", "6");
        assertThat(quotas.consume(subject, type, 5)).hasStatus(429);
        assertThat(quotas.reserve(subject, type, 5, "10m")).hasStatus(429).isProblem("quota-exceeded");
        assertThat(quotas.consume(subject, type, 4)).isOk();
    }

    @Test
    void aReservationTellsItsState() {
        String subject = subjectWith(10);
        String id = quotas.reserved(subject, type, 6, "10m");
        Answer held = quotas.reservation(id);
        assertThat(held).isOk();
        assertThat(held.json().path("reservation_id").asText()).isEqualTo(id);
        assertThat(held.json().path("subject").asText()).isEqualTo(subject);
        assertThat(held.json().path("state").asText()).isEqualTo("held");
        assertAmount(held.json().at("/quotas/0/reserved"), "6");
        assertThat(quotas.release(id)).isOk();
        assertThat(quotas.reservation(id).json().path("state").asText()).isEqualTo("released");
    }

    @Test
    void committingKeepsWhatWasUsedAndGivesTheRestBack() {
        String subject = subjectWith(10);
        String id = quotas.reserved(subject, type, 6, "10m");
        Answer committed = quotas.commit(id, Json.object("value", 4));
        assertThat(committed).isOk();
        assertThat(committed.json().path("state").asText()).isEqualTo("committed");
        assertAmount(committed.json().at("/quotas/0/committed"), "4");
        assertUsed(subject, "4", "0");
        assertThat(quotas.commit(id, Json.object("value", 4)).json()).as("again").isEqualTo(committed.json());
        assertUsed(subject, "4", "0");
    }

    @Test
    void committingWithoutAValueKeepsAllOfIt() {
        String subject = subjectWith(10);
        assertThat(quotas.commit(quotas.reserved(subject, type, 6, "10m"), Json.object())).isOk();
        assertUsed(subject, "6", "0");
    }

    @Test
    void committingMoreThanWasReservedIsInvalidUnlessItIsForced() {
        String subject = subjectWith(10);
        String id = quotas.reserved(subject, type, 6, "10m");
        assertThat(quotas.commit(id, Json.object("value", 7))).isProblem(400);
        assertThat(quotas.commit(id, Json.object("value", -1))).isInvalid("value");
        assertThat(quotas.commit(id, Json.object("value", 1, "mode", "best_effort"))).isInvalid("mode");
        assertUsed(subject, "6", "6");
        Answer forced = quotas.commit(id, Json.object("value", 12, "mode", "force"));
        assertThat(forced).isOk();
        assertUsed(subject, "12", "0");
    }

    @Test
    void severalQuotaTypesAreCommittedEachWithItsAmount() {
        String other = freshType();
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 10, "lifetime"), QuotaApi.limit(other, 10, "lifetime"));
        Answer reserved = api.post(QuotaApi.RESERVE, Json.object("subject", subject, "ttl", "10m", "quotas",
                List.of(QuotaApi.pair(type, 5), QuotaApi.pair(other, 6))));
        assertThat(reserved).hasStatus(201);
        String id = reserved.json().path("reservation_id").asText();
        assertThat(quotas.commit(id, Json.object("quotas", List.of(QuotaApi.pair(other, 2))))).isOk();
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("0");
        assertThat(quotas.used(subject, other, "lifetime")).isEqualByComparingTo("2");
    }

    @Test
    void aSecondEndWithOtherContentIsAConflictThatTellsTheState() {
        String subject = subjectWith(10);
        String id = quotas.reserved(subject, type, 6, "10m");
        assertThat(quotas.commit(id, Json.object("value", 4))).isOk();
        for (Answer other : List.of(quotas.release(id), quotas.commit(id, Json.object("value", 3)))) {
            assertThat(other).hasStatus(409).isProblem("reservation-ended");
            assertThat(other.json().path("state").asText()).isEqualTo("committed");
        }
        assertUsed(subject, "4", "0");
    }

    @Test
    void releasingGivesAllOfItBack() {
        String subject = subjectWith(10);
        String id = quotas.reserved(subject, type, 6, "10m");
        for (int i = 0; i < 2; i++) {
            Answer released = quotas.release(id);
            assertThat(released).isOk();
            assertThat(released.json().path("state").asText()).isEqualTo("released");
            assertUsed(subject, "0", "0");
        }
        assertThat(quotas.commit(id, Json.object())).hasStatus(409).isProblem("reservation-ended");
    }

    @Test
    @SkipOn(deployment = Deployments.FUNCTIONS, because = "no process of a function runs between its requests")
    void whatIsNotEndedInTimeIsGivenBackNotBeforeIt() {
        String subject = subjectWith(10);
        Answer reserved = quotas.reserve(subject, type, 6, "3s");
        assertThat(reserved).hasStatus(201);
        Instant expires = CounterIT.instant(reserved.json().path("expires_at"));
        String id = reserved.json().path("reservation_id").asText();
        Await.until(EXPIRY, "the reservation is given back",
                () -> quotas.reservation(id).json().path("state").asText().equals("expired"));
        assertThat(CounterIT.instant(quotas.reservation(id).json().path("ended_at"))).isAfterOrEqualTo(expires);
        assertUsed(subject, "0", "0");
        assertThat(quotas.commit(id, Json.object())).hasStatus(409).isProblem("reservation-ended");
    }

    @Test
    void aReservationIsRepeatedByItsKey() {
        String subject = subjectWith(10);
        var body = Json.text(QuotaApi.consumption(subject, type, 6, "ttl", "10m"));
        String key = seed.name("key");
        Answer first = api.post(QuotaApi.RESERVE, body, Api.KEY_HEADER, key);
        Answer again = api.post(QuotaApi.RESERVE, body, Api.KEY_HEADER, key);
        assertThat(first).hasStatus(201);
        assertThat(again).hasStatus(201).isReplayed();
        assertThat(again.json()).isEqualTo(first.json());
        assertUsed(subject, "6", "6");
    }

    @Test
    void aRefundLeavesWhatIsHeld() {
        String subject = subjectWith(10);
        assertThat(quotas.consume(subject, type, 2)).isOk();
        quotas.reserved(subject, type, 5, "10m");
        Answer refund = api.post(QuotaApi.REFUND,
                QuotaApi.consumption(subject, type, 7, "request_id", seed.name("refund")));
        assertThat(refund).isOk();
        assertAmount(QuotaApi.limitOf(refund, type, "lifetime").path("returned"), "2");
        assertUsed(subject, "5", "5");
    }
}
