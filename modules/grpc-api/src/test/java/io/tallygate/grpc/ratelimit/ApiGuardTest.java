package io.tallygate.grpc.ratelimit;

import static io.tallygate.grpc.Refusals.assertRefused;
import static io.tallygate.grpc.Refusals.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.ErrorInfo;
import com.google.rpc.QuotaFailure;
import com.google.rpc.RetryInfo;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import io.tallygate.counter.v1.BatchIncrementRequest;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.CounterServiceGrpc.CounterServiceBlockingStub;
import io.tallygate.counter.v1.FrameAck;
import io.tallygate.counter.v1.IncrementRequest;
import io.tallygate.grpc.TestServer;
import io.tallygate.grpc.counter.TestSession;
import io.tallygate.payment.v1.PaymentServiceGrpc;
import io.tallygate.quota.v1.QuotaServiceGrpc;
import io.tallygate.ratelimit.v1.RateLimitServiceGrpc;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of the API itself, limited by the rules of its own domain, on a store that answers at once and one that does not. */
@Timeout(180)
final class ApiGuardTest {

    private static final String RULES = """
            domain: tallygate
            descriptors:
              - key: remote_address
                rate_limit: {name: per-address, unit: year, requests_per_unit: 4}
              - key: remote_address
                value: 203.0.113.200
                rate_limit: {unlimited: true}
              - key: user
                value: write
                rate_limit: {name: per-user, algorithm: sliding_log, unit: year, requests_per_unit: 5}
              - key: endpoint
                value: GET /api/v1/counter/{resource_id}/{counter_type}
                rate_limit: {name: gets, unit: year, requests_per_unit: 1}
            """;
    private static final String FREE = "203.0.113.200";

    private static LimitServer server(boolean late) {
        var settings = new HashMap<>(LimitServer.tokens("read", "write", "admin"));
        settings.put("tallygate.http.trusted-proxies", "127.0.0.1");
        settings.put("tallygate.ratelimit.timeout", "10s");
        var server = late ? new LimitServer(settings, new LateStore()) : new LimitServer(settings);
        server.rules("tallygate", RULES);
        return server;
    }

    private static Channel from(LimitServer server, String address, String token) {
        var metadata = new Metadata();
        metadata.put(Metadata.Key.of("x-forwarded-for", Metadata.ASCII_STRING_MARSHALLER), address);
        return ClientInterceptors.intercept(server.channel(), LimitServer.token(token + "-secret"),
                MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    private static CounterServiceBlockingStub counters(LimitServer server, String address, String token) {
        return CounterServiceGrpc.newBlockingStub(from(server, address, token)).withDeadlineAfter(60, TimeUnit.SECONDS);
    }

    private static IncrementRequest increment(String id) {
        return IncrementRequest.newBuilder().setOperation(TestServer.operation(id, 1)).build();
    }

    private static BatchIncrementRequest batch(String id, int size) {
        var batch = BatchIncrementRequest.newBuilder();
        for (int i = 0; i < size; i++) {
            batch.addOperations(TestServer.operation(id, 1));
        }
        return batch.build();
    }

    private static @Nullable String field(@Nullable Metadata metadata, String name) {
        return metadata == null ? null : metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    }

    private static StatusRuntimeException assertLimited(String limit, StatusRuntimeException failure) {
        assertRefused(Status.Code.RESOURCE_EXHAUSTED, "RATE_LIMITED", failure);
        assertThat(TestServer.detail(failure, QuotaFailure.class).orElseThrow().getViolations(0).getSubject())
                .isEqualTo(limit);
        return failure;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAddress_beyondItsLimit_isRefusedAndToldWhenToComeAgain(boolean late) {
        try (var server = server(late)) {
            var headers = new AtomicReference<Metadata>();
            var stub = counters(server, "203.0.113.1", "write").withInterceptors(
                    MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()));
            for (int i = 3; i >= 0; i--) {
                stub.increment(increment("address"));
                assertThat(field(headers.get(), "ratelimit")).contains("\"per-address\";r=" + i + ";t=");
                assertThat(field(headers.get(), "retry-after")).isNull();
            }
            StatusRuntimeException refused = assertLimited("per-address",
                    failureOf(() -> stub.increment(increment("address"))));
            long wait = TestServer.detail(refused, RetryInfo.class).orElseThrow().getRetryDelay().getSeconds();
            assertThat(wait).isBetween(1L, 366 * 86_400L);
            Metadata trailers = refused.getTrailers();
            assertThat(field(trailers, "retry-after")).isEqualTo(Long.toString(wait));
            assertThat(field(trailers, "ratelimit-policy")).isEqualTo("\"per-address\";q=4;w=31536000");
            assertThat(field(trailers, "ratelimit")).isEqualTo("\"per-address\";r=0;t=" + wait);
            assertThat(counters(server, "203.0.113.2", "write").increment(increment("address")).getValue())
                    .as("nothing was done").isEqualTo(5);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void guessedTokens_countForTheirAddress(boolean late) {
        try (var server = server(late)) {
            var stub = counters(server, "203.0.113.3", "guess");
            for (int i = 0; i < 4; i++) {
                StatusRuntimeException failure = assertRefused(Status.Code.UNAUTHENTICATED, "UNAUTHENTICATED",
                        () -> stub.increment(increment("guess")));
                assertThat(field(failure.getTrailers(), "ratelimit")).startsWith("\"per-address\";r=" + (3 - i));
            }
            assertLimited("per-address", failureOf(() -> stub.increment(increment("guess"))));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBatch_costsItsItems_andIsRefusedWhole(boolean late) {
        try (var server = server(late)) {
            var stub = counters(server, FREE, "write");
            assertThat(stub.batchIncrement(batch("batch", 3)).getResultsCount()).isEqualTo(3);
            assertLimited("per-user", failureOf(() -> stub.batchIncrement(batch("batch", 3))));
            assertThat(stub.increment(increment("batch")).getValue()).isEqualTo(4);
            StatusRuntimeException never = assertLimited("per-user",
                    failureOf(() -> stub.batchIncrement(batch("batch", 6))));
            assertThat(TestServer.detail(never, RetryInfo.class)).as("beyond the limit itself").isEmpty();
            assertThat(TestServer.detail(never, ErrorInfo.class).orElseThrow().getMetadataOrDefault("outcome", ""))
                    .isEqualTo("UNCHANGED");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStream_costsOneAndEachItem_andEndsAtAFrameThatDoesNotFit(boolean late) {
        try (var server = server(late)) {
            var session = new TestSession(from(server, FREE, "write"), "stream-0123456789", true, true).started();
            session.send(TestSession.frame(1, "s1", "s2", "s3"));
            assertThat(session.next().ack().getValuesList()).containsExactly(1L, 1L, 1L);
            session.send(TestSession.frame(2, "s1", "s2"));
            session.send(TestSession.frame(3, "s1"));
            StatusRuntimeException refused = assertLimited("per-user", session.next().status());
            assertThat(TestServer.detail(refused, RetryInfo.class)).isPresent();
            assertThat(counters(server, FREE, "write").increment(increment("s1")).getValue())
                    .as("neither it nor the one behind it was stored").isEqualTo(2);

            var another = new TestSession(from(server, FREE, "write"), "stream-9876543210", false, true);
            assertLimited("per-user", another.next().status());
        }
    }

    @Test
    void anEndpoint_isCalledWhatItIsOverHttp() {
        try (var server = server(false)) {
            var stub = counters(server, FREE, "read");
            stub.get(io.tallygate.counter.v1.GetRequest.newBuilder().setCounter(TestServer.key("get")).build());
            assertLimited("gets", failureOf(() -> stub.get(
                    io.tallygate.counter.v1.GetRequest.newBuilder().setCounter(TestServer.key("other")).build())));
        }
    }

    @Test
    void admins_andHealth_andEnvoys_areNeverLimited() {
        try (var server = server(false)) {
            var admin = counters(server, "203.0.113.5", "admin");
            for (int i = 0; i < 6; i++) {
                failureOf(() -> admin.increment(increment("admin")));
                HealthGrpc.newBlockingStub(from(server, "203.0.113.5", "write"))
                        .check(HealthCheckRequest.getDefaultInstance());
                assertThat(failureOf(() -> LimitServer.envoy(from(server, "203.0.113.5", "write")).shouldRateLimit(
                        io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest.getDefaultInstance())).getStatus()
                        .getCode()).isEqualTo(Status.Code.UNKNOWN);
            }
            assertThat(counters(server, "203.0.113.5", "write").increment(increment("admin")).getValue()).isEqualTo(1);
        }
    }

    @Test
    void anAnswerThatTellsOfOtherLimits_keepsWhatItSays() {
        try (var server = server(false)) {
            server.rules("shop", "domain: shop\ndescriptors: [{key: user, rate_limit: {name: asked, unit: year,"
                    + " requests_per_unit: 9}}]\n");
            var headers = new AtomicReference<Metadata>();
            RateLimitServiceGrpc.newBlockingStub(from(server, "203.0.113.6", "write")).withInterceptors(
                    MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()))
                    .check(io.tallygate.ratelimit.v1.CheckRequest.newBuilder().setDomain("shop")
                            .addDescriptors(io.tallygate.ratelimit.v1.Descriptor.newBuilder().addEntries(
                                    io.tallygate.ratelimit.v1.Entry.newBuilder().setKey("user").setValue("u")))
                            .build());
            assertThat(headers.get().getAll(Metadata.Key.of("ratelimit-policy", Metadata.ASCII_STRING_MARSHALLER)))
                    .containsExactly("\"asked\";q=9;w=31536000");
        }
    }

    @Test
    void aStoreThatDoesNotAnswer_isAnErrorWhereARuleWantsThat() {
        try (var server = new LimitServer(new AwayStore())) {
            server.rules("tallygate", "domain: tallygate\ndescriptors: [{key: remote_address, rate_limit: {unit: year,"
                    + " requests_per_unit: 9, on_failure: error}}]\n");
            assertThat(failureOf(() -> server.server().increment("away", 1)).getStatus().getCode())
                    .isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    @Test
    void aCallThatIsGivenUpMeanwhile_isNotBegun() throws InterruptedException {
        try (var server = server(true)) {
            var ended = new CountDownLatch(1);
            var call = from(server, "203.0.113.7", "write").newCall(CounterServiceGrpc.getIncrementMethod(),
                    io.grpc.CallOptions.DEFAULT);
            call.start(new io.grpc.ClientCall.Listener<>() {
                @Override
                public void onClose(Status status, Metadata trailers) {
                    ended.countDown();
                }
            }, new Metadata());
            call.sendMessage(increment("given-up"));
            call.halfClose();
            call.cancel("nobody waits", null);
            assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(counters(server, "203.0.113.8", "write").increment(increment("other")).getValue()).isEqualTo(1);
        }
    }

    @Test
    void everyMethodThatCallersHave_hasAnEndpoint() {
        var endpoints = new MethodEndpoints();
        for (ServiceDescriptor service : List.of(CounterServiceGrpc.getServiceDescriptor(),
                QuotaServiceGrpc.getServiceDescriptor(), PaymentServiceGrpc.getServiceDescriptor(),
                RateLimitServiceGrpc.getServiceDescriptor())) {
            for (MethodDescriptor<?, ?> method : service.getMethods()) {
                assertThat(endpoints.of(method)).as(method.getFullMethodName()).isPresent();
                boolean isBatch = method.getFullMethodName().contains("Batch");
                assertThat(endpoints.of(method).orElseThrow().items() != null).as(method.getFullMethodName())
                        .isEqualTo(isBatch);
            }
        }
        assertThat(endpoints.of(HealthGrpc.getCheckMethod())).isEmpty();
    }
}
