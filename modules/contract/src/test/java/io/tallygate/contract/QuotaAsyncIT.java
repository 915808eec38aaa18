package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is answered before it is written, where that waits for long and little may wait; and what metrics tell of quotas. */
@OwnDeployment
@OneDeploymentIsEnough
@OverHttpOnly(because = "metrics are not asked for over it")
class QuotaAsyncIT extends QuotaSuite {

    private static final int QUEUE_MAX = 3;
    private static final Duration EXPIRED = Duration.ofSeconds(60);

    @Override
    Launch launch() {
        return super.launch().with("TALLYGATE_QUOTA_ASYNC_WORKERS", "1")
                .with("TALLYGATE_QUOTA_ASYNC_QUEUE_MAX", Integer.toString(QUEUE_MAX))
                .with("TALLYGATE_QUOTA_ASYNC_BATCH_MAX", "1000").with("TALLYGATE_QUOTA_ASYNC_LINGER", "60s");
    }

    @Test
    void aFullQueueCommitsBeforeItsAnswerAndAStopWritesWhatWaits() {
        String type = freshType();
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 100, "lifetime"));
        for (int i = 0; i < QUEUE_MAX; i++) {
            assertThat(quotas.consume(subject, type, 1, "async", true)).hasStatus(202);
        }
        assertThat(quotas.used(subject, type, "lifetime")).as("it waits for company").isEqualByComparingTo("0");
        assertAmount(QuotaApi.limitOf(quotas.check(subject, type, 1), type, "lifetime").path("pending"), "3");

        assertThat(quotas.consume(subject, type, 40, "async", true)).hasStatus(202);
        assertThat(quotas.used(subject, type, "lifetime")).as("what does not fit").isEqualByComparingTo("40");
        JsonNode consumer = api.get(QuotaApi.PATH + "/consumer").json();
        assertThat(consumer.path("queued").intValue()).isEqualTo(QUEUE_MAX);
        assertThat(consumer.path("fallbacks").intValue()).isEqualTo(1);
        assertThat(consumer.path("total").intValue()).isEqualTo(QUEUE_MAX + 1);
        assertThat(consumer.path("processed").intValue()).isEqualTo(1);
        assertThat(api.get("/metrics").body()).contains("tallygate_quota_async_pending_operations 3.0",
                "tallygate_quota_async_accepted_total 4.0", "tallygate_quota_async_fallbacks_total 1.0");

        deployment.requestStop();
        assertThat(deployment.awaitExit(Launch.STOP_DEADLINE)).as("exit code").isZero();
        deployment.start();
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("43");
    }

    @Test
    void metricsCountDecisionsByQuotaTypeAndWhatIsGivenBack() {
        String type = freshType();
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 5, "lifetime"));
        double before = metric("tallygate_quota_reservations_expired_total");
        assertThat(quotas.consume(subject, type, 2)).isOk();
        assertThat(quotas.consume(subject, type, 4)).hasStatus(429);
        assertThat(quotas.check(subject, type, 4)).as("which decides nothing").isOk();
        assertThat(quotas.reserve(subject, type, 3, "1s")).hasStatus(201);
        String decisions = "tallygate_quota_decisions_total{outcome=\"%s\",quota_type=\"" + type + "\"}";
        assertThat(metric(decisions.formatted("granted"))).isEqualTo(2);
        assertThat(metric(decisions.formatted("denied"))).isEqualTo(1);
        Await.until(EXPIRED, "what was given back is counted",
                () -> metric("tallygate_quota_reservations_expired_total") == before + 1);
    }

    private double metric(String name) {
        return api.get("/metrics").body().lines().filter(line -> line.startsWith(name + ' ')).findFirst()
                .map(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .orElseThrow(() -> new AssertionError("no metric " + name));
    }
}
