package io.tallygate.grpc.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannelBuilder;
import io.micronaut.context.ApplicationContext;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.ratelimit.Claim;
import io.tallygate.ratelimit.Limit;
import io.tallygate.ratelimit.LimitKey;
import io.tallygate.ratelimit.LimitStoreFullException;
import io.tallygate.ratelimit.MemoryStores;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitDecision;
import io.tallygate.ratelimit.RateLimitRequest;
import io.tallygate.ratelimit.RateLimitStore;
import io.tallygate.ratelimit.Source;
import io.tallygate.ratelimit.Window;
import io.tallygate.ratelimit.rules.Check;
import io.tallygate.ratelimit.rules.CheckResult;
import io.tallygate.ratelimit.rules.Descriptor;
import io.tallygate.ratelimit.rules.DescriptorEntry;
import io.tallygate.ratelimit.rules.RateLimits;
import io.tallygate.ratelimit.rules.RuleBook;
import io.tallygate.ratelimit.rules.RuleDocument;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store in another process where the kit has nothing to say: outages, other precisions, several gateways. */
@Timeout(180)
final class RemoteLimitStoreTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private static RateLimitStore memory() {
        return MemoryStores.of(() -> TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()));
    }

    /** 8 of 10 in a year, made for a store of this precision. */
    private static RateLimitRequest request(Precision precision) {
        Limit limit = Limit.tokenBucket(10, 10, new Window.Length(Duration.ofDays(365)), precision);
        return RateLimitRequest
                .allOf(List.of(Claim.of(LimitKey.of("d", List.of("user", "a"), limit), "name", limit, 8)));
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static Throwable failure(CompletionStage<?> stage) {
        return StageFailures.cause(stage.toCompletableFuture().handle((value, failure) -> failure).join());
    }

    @Test
    void take_ofAStoreThatCountsMoreFinely_isToldInItsTicks() {
        try (RateLimitStore kept = memory(); var service = new LimitService(directory, 0, kept)) {
            var remote = new RemoteLimitStore(service::channel, Precision.REDIS, 1, TIMEOUT);

            RateLimitDecision decision = join(remote.take(request(Precision.REDIS)));

            assertThat(decision.allowed()).isTrue();
            assertThat(decision.limits().getFirst().remaining()).isEqualTo(2);
            assertThat(decision.limits().getFirst().claim().name()).isEqualTo("name");
            assertThat(decision.limits().getFirst().resetAfterNanos().orElseThrow())
                    .isEqualTo(Duration.ofDays(365).toNanos() / 10 * 8);
            assertThat(join(kept.peek(request(Precision.MEMORY))).limits().getFirst().remaining())
                    .as("the same state as the service's own").isEqualTo(2);
            assertThat(join(remote.take(request(Precision.REDIS))).allowed()).isFalse();
        }
    }

    @Test
    void take_ofAServiceThatIsAway_failsInTime() {
        var closed = ManagedChannelBuilder.forAddress("127.0.0.1", 1).usePlaintext().build();
        try {
            var remote = new RemoteLimitStore(() -> closed, Precision.REDIS, 1, TIMEOUT);

            assertThat(failure(remote.take(request(Precision.REDIS)))).isInstanceOf(UnavailableException.class);
            assertThat(failure(remote.reset(List.of(request(Precision.REDIS).claims().getFirst().key()))))
                    .isInstanceOf(UnavailableException.class);
            assertThat(failure(remote.renew("x"))).isInstanceOf(UnavailableException.class);
            assertThat(failure(remote.release("x"))).isInstanceOf(UnavailableException.class);
        } finally {
            closed.shutdownNow();
        }
    }

    /** A store that fails in one way. */
    private record Failing(RuntimeException failure) implements RateLimitStore {

        @Override
        public Precision precision() {
            return Precision.REDIS;
        }

        @Override
        public CompletionStage<RateLimitDecision> take(RateLimitRequest request) {
            return CompletableFuture.failedStage(failure);
        }

        @Override
        public CompletionStage<Void> reset(List<LimitKey> keys) {
            return CompletableFuture.failedStage(failure);
        }

        @Override
        public CompletionStage<Optional<Instant>> renew(String leaseId) {
            return CompletableFuture.failedStage(failure);
        }

        @Override
        public CompletionStage<Void> release(String leaseId) {
            return CompletableFuture.failedStage(failure);
        }

        @Override
        public void close() {}
    }

    @Test
    void take_ofAServiceWhoseStoreFails_failsAsThatDoes() {
        var away = new StoreUnavailableException("away", new IllegalStateException());
        try (var service = new LimitService(directory.resolve("away"), 0, new Failing(away));
                var full = new LimitService(directory.resolve("full"), 0,
                        new Failing(new LimitStoreFullException("full")))) {
            assertThat(failure(new RemoteLimitStore(service::channel, Precision.REDIS, 1, TIMEOUT)
                    .take(request(Precision.REDIS)))).isInstanceOf(StoreUnavailableException.class);
            assertThat(failure(new RemoteLimitStore(full::channel, Precision.REDIS, 1, TIMEOUT)
                    .take(request(Precision.REDIS)))).isInstanceOf(LimitStoreFullException.class);
        }
    }

    @Test
    void instances_areTheGatewaysThatAsk() {
        try (RateLimitStore kept = memory(); var service = new LimitService(directory, 0, kept)) {
            var one = new RemoteLimitStore(service::channel, Precision.REDIS, 1, TIMEOUT);
            var two = new RemoteLimitStore(service::channel, Precision.REDIS, 1, TIMEOUT);

            assertThat(one.instances()).isEqualTo(1);
            join(one.take(request(Precision.REDIS)));
            join(two.take(request(Precision.REDIS)));
            join(one.take(request(Precision.REDIS)));

            assertThat(one.instances()).isEqualTo(2);
            assertThat(two.instances()).isEqualTo(2);
        }
    }

    private static CheckResult check(RateLimits limits, String user) {
        return join(limits.check(Check.of("d",
                List.of(Descriptor.of(List.of(new DescriptorEntry("user", user)), 1)))));
    }

    @Test
    void gateway_whoseServiceGoesAwayAndComesBack_decidesByItsRulesMeanwhile() {
        try (RateLimitStore kept = memory()) {
            var service = new LimitService(directory.resolve("one"), 0, kept);
            int port = service.port();
            try (var gateway = ApplicationContext.builder().deduceEnvironment(false).banner(false)
                    .properties(Map.of("tallygate.services.ratelimit.addresses", "127.0.0.1:" + port,
                            "tallygate.ratelimit.timeout", "2s", "tallygate.services.breaker.recovery", "50ms",
                            "tallygate.data-dir", directory.resolve("gateway").toString()))
                    .start()) {
                gateway.getBean(RuleBook.class).store("d", RuleDocument.of("d", """
                        domain: d
                        descriptors:
                          - {key: user, rate_limit: {unit: year, requests_per_unit: 1000}}
                          - {key: user, value: deny, rate_limit: {unit: year, requests_per_unit: 9, on_failure: deny}}
                        """.getBytes(StandardCharsets.UTF_8)));
                RateLimits limits = gateway.getBean(RateLimits.class);
                Await.until("it is connected", () -> check(limits, "a").source() == Source.STORE);
                assertThat(check(limits, "deny").allowed()).isTrue();

                service.close();
                assertThat(check(limits, "a").source()).isEqualTo(Source.LOCAL);
                assertThat(check(limits, "a").allowed()).isTrue();
                assertThat(check(limits, "deny").allowed()).isFalse();
                assertThat(check(limits, "deny").source()).isEqualTo(Source.POLICY);

                service = new LimitService(directory.resolve("two"), port, kept);
                Await.until("the service decides again", () -> check(limits, "deny").source() == Source.STORE);
            } finally {
                service.close();
            }
        }
    }
}
