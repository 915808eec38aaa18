package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What quotas do by themselves begins with the process, and not with the first request for them. */
@EveryStore
@OwnDeployment
@SkipOn(deployment = Deployments.FUNCTIONS, because = "no process of a function runs between its requests")
class QuotaRestartIT extends QuotaSuite {

    private static final Duration GIVEN_BACK_WITHIN = Duration.ofSeconds(2);
    /** What a busy machine may take beyond that. */
    private static final Duration MARGIN = Duration.ofSeconds(20);

    @Test
    void whatWasReservedBeforeARestartIsGivenBackBeforeAnybodyAsks() {
        String type = freshType();
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 10, "lifetime"));
        Answer reserved = quotas.reserve(subject, type, 6, "1s");
        assertThat(reserved).hasStatus(201);
        Instant expires = CounterIT.instant(reserved.json().path("expires_at"));
        deployment.kill();
        deployment.start();

        Instant started = Instant.now();
        Instant asked = (started.isAfter(expires) ? started : expires).plus(GIVEN_BACK_WITHIN).plus(MARGIN);
        Await.until(Duration.between(started, asked).multipliedBy(2), "the time is over",
                () -> !Instant.now().isBefore(asked));
        Answer ended = quotas.reservation(reserved.json().path("reservation_id").asText());
        assertThat(ended).isOk();
        assertThat(ended.json().path("state").asText()).isEqualTo("expired");
        assertThat(CounterIT.instant(ended.json().path("ended_at"))).isBetween(expires, asked);
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("0");
    }
}
