package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A service that is away takes down what it serves, and nothing else. */
@OwnDeployment
@SplitOnly
class QuotaServiceAwayIT extends QuotaSuite {

    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration MARGIN = Duration.ofSeconds(15);
    private static final Duration RECOVERY = Duration.ofSeconds(60);
    /** Whose limits a gateway has when it is ready. */
    private static final String WARM = "warm";

    @Override
    Launch launch() {
        return Launch.defaults().commitTimeout(COMMIT_TIMEOUT).with(Launch.QUOTA)
                .with("TALLYGATE_MULTICACHE_QUOTA_SUBJECTS_WARM_FILE", keys().toString())
                .with("TALLYGATE_MULTICACHE_WARM_WAIT", "100s");
    }

    private static Path keys() {
        try {
            Path file = Files.createTempFile("tallygate-contract-", ".txt");
            file.toFile().deleteOnExit();
            return Files.writeString(file, WARM + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SplitDeployment split() {
        return (SplitDeployment) deployment;
    }

    @Test
    void withoutTheQuotaServiceCountersGoOnAndQuotasAre503InTimeAndWhoeverBeginsWaitsForIt() {
        String type = freshType();
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 10, "lifetime"));
        quotas.settle(WARM, QuotaApi.limit(type, 10, "lifetime"));
        assertThat(quotas.consume(subject, type, 3)).isOk();
        split().quotaServices().forEach(service -> service.program().kill());

        for (Supplier<Answer> request : List.<Supplier<Answer>>of(() -> quotas.consume(subject, type, 1),
                () -> quotas.reserve(subject, type, 1, "10m"), () -> api.get(QuotaApi.subject(subject)))) {
            assertThat(inTime(request)).isUnavailable();
        }
        assertThat(counterApi.increment(freshCounter(), 3)).isEqualTo(3);
        assertThat(Readiness.isReady(api)).as("ready for what the others serve").isTrue();

        split().gateway().kill();
        split().launchGateway();
        Await.until(RECOVERY, "one that begins now waits for its caches",
                () -> Readiness.isDenied(api) && warmUp().matches("1 keys, \\d left"));

        split().quotaServices().forEach(split()::launchQuotaService);
        Await.until(RECOVERY, "it is ready", () -> Readiness.isReady(api));
        assertThat(warmUp()).startsWith("1 loaded, 0 failed, ");
        assertThat(api.get("/api/v1/cache/quota-subjects").json().path("entries").asInt()).isPositive();
        Await.until(RECOVERY, "quotas are served again", () -> api.get(QuotaApi.subject(subject)).status() == 200);
        assertThat(quotas.used(subject, type, "lifetime").intValueExact()).as("what was answered 503 may count")
                .isBetween(3, 5);
    }

    @Test
    void withoutTheCounterServiceQuotasGoOn() {
        String type = freshType();
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 10, "lifetime"));
        split().services().forEach(service -> service.program().kill());
        assertThat(quotas.consume(subject, type, 3)).isOk();
        assertThat(Readiness.isReady(api)).isTrue();
        split().services().forEach(split()::launchService);
        Await.until(RECOVERY, "counters are served again",
                () -> api.tryGet("/api/v1/counter/any/likes").filter(answer -> answer.status() == 200).isPresent());
    }

    private String warmUp() {
        return api.tryGet("/health").map(answer -> answer.json().at("/details/cache-warm-up/quota-subjects").asText())
                .orElse("");
    }

    private static Answer inTime(Supplier<Answer> request) {
        long start = System.nanoTime();
        Answer answer = request.get();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).as("the wait for: %s", answer)
                .isLessThan(COMMIT_TIMEOUT.plus(MARGIN));
        return answer;
    }
}
