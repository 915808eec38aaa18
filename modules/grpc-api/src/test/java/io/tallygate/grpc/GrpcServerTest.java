package io.tallygate.grpc;

import static io.tallygate.grpc.Refusals.assertInvalid;
import static io.tallygate.grpc.Refusals.assertRefused;
import static io.tallygate.grpc.Refusals.failureOf;
import static io.tallygate.grpc.Refusals.outcome;
import static io.tallygate.grpc.TestServer.key;
import static io.tallygate.grpc.TestServer.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.FileDescriptorResponse;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tallygate.counter.Increment;
import io.tallygate.counter.v1.BatchIncrementRequest;
import io.tallygate.counter.v1.Consistency;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.CounterServiceGrpc.CounterServiceBlockingStub;
import io.tallygate.counter.v1.GetRequest;
import io.tallygate.counter.v1.IncrementRequest;
import io.tallygate.counter.v1.IncrementResponse;
import io.tallygate.counter.v1.PeerServiceGrpc;
import io.tallygate.counter.v1.ResetRequest;
import io.tallygate.counter.v1.Window;
import io.tallygate.counter.v1.WindowShareRequest;
import io.tallygate.grpc.counter.TestSession;
import io.tallygate.kernel.Await;
import io.tallygate.ledger.DelegatingStore;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.v1.ApplyFlushRequest;
import io.tallygate.ledger.v1.ApplyFlushResponse;
import io.tallygate.ledger.v1.BoundedAdd;
import io.tallygate.ledger.v1.Change;
import io.tallygate.ledger.v1.Delete;
import io.tallygate.ledger.v1.Key;
import io.tallygate.ledger.v1.LedgerServiceGrpc;
import io.tallygate.ledger.v1.Mode;
import io.tallygate.ledger.v1.Posting;
import io.tallygate.ledger.v1.Refusal;
import io.tallygate.ledger.v1.Refusal.Reason;
import io.tallygate.ledger.v1.Section;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What surrounds the calls: failures, access, limits, health, reflection, metrics, and what gateways ask. */
@Timeout(180)
final class GrpcServerTest {

    private static final Metadata.Key<String> REQUEST_ID = Metadata.Key.of("x-request-id",
            Metadata.ASCII_STRING_MARSHALLER);

    private static Metadata metadata(String name, String value) {
        var metadata = new Metadata();
        metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
        return metadata;
    }

    private static CounterServiceBlockingStub with(TestServer server, String name, String value) {
        return server.stub().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata(name, value)));
    }

    private static IncrementRequest increment(String resourceId) {
        return IncrementRequest.newBuilder().setOperation(operation(resourceId, 1)).build();
    }

    @Test
    void storeTooSlow_isDeadlineExceededWithUnknownOutcome() {
        var store = new GatedStore();
        try (var server = new TestServer(Map.of("tallygate.commit.timeout", "100ms"), store)) {
            store.shut();
            var failure = assertRefused(Status.Code.DEADLINE_EXCEEDED, "COMMIT_TIMEOUT",
                    () -> server.increment("slow", 1));
            assertThat(outcome(failure)).isEqualTo("UNKNOWN");
            assertRefused(Status.Code.DEADLINE_EXCEEDED, "COMMIT_TIMEOUT", () -> server.stub().batchIncrement(
                    BatchIncrementRequest.newBuilder().addOperations(operation("slow", 1)).build()));
            store.open();
        }
    }

    @Test
    void storeAway_isToldByWhatWasAskedFor() {
        var store = new GatedStore();
        try (var server = new TestServer(Map.of("tallygate.commit.timeout", "100ms"), store)) {
            store.away(true);
            var read = failureOf(() -> server.stub().get(
                    GetRequest.newBuilder().setCounter(key("away")).setConsistency(Consistency.CONSISTENCY_STRONG)
                            .build()));
            assertThat(read.getStatus().getDescription()).contains("ask again").doesNotContain("request_id", "unknown");
            assertThat(outcome(read)).as("a read changes nothing").isEqualTo("UNCHANGED");
            var write = failureOf(() -> server.increment("away", 1));
            assertThat(write.getStatus().getDescription()).contains("unknown", "the same request_id");
            assertThat(outcome(write)).isEqualTo("UNKNOWN");
            var reset = failureOf(() -> server.stub().reset(ResetRequest.newBuilder().setCounter(key("away")).build()));
            assertThat(reset.getStatus().getDescription()).contains("unknown", "no harm").doesNotContain("request_id");
            store.away(false);
        }
    }

    @Test
    void queueFull_isResourceExhaustedWithRetryInfoAndUnchanged() throws Exception {
        var store = new GatedStore();
        try (var server = new TestServer(
                Map.of("tallygate.commit.queue-max", "1", "tallygate.commit.timeout", "20s"), store)) {
            store.shut();
            var first = CounterServiceGrpc.newFutureStub(server.channel).increment(increment("full"));
            Await.until("the first is at the store", () -> store.entered() > 0);
            var failure = assertRefused(Status.Code.RESOURCE_EXHAUSTED, "OVERLOADED",
                    () -> server.increment("full", 1));
            assertThat(outcome(failure)).isEqualTo("UNCHANGED");
            assertThat(TestServer.detail(failure, RetryInfo.class).orElseThrow().getRetryDelay().getSeconds())
                    .isEqualTo(1);
            store.open();
            assertThat(first.get(20, TimeUnit.SECONDS).getValue()).isEqualTo(1);
        }
    }

    @Test
    void failures_ofEveryOtherKind_haveTheirCodes() {
        var store = new GatedStore();
        var logger = (Logger) LoggerFactory.getLogger("io.tallygate.grpc");
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        logger.addAppender(lines);
        try (var server = new TestServer(Map.of(), store)) {
            store.broken(true);
            var failure = assertRefused(Status.Code.INTERNAL, "INTERNAL_ERROR",
                    () -> with(server, "x-request-id", "call-7").increment(increment("broken")));
            assertThat(failure.toString()).doesNotContain("inside");
            Metadata trailers = failure.getTrailers();
            assertThat(trailers).isNotNull();
            assertThat(trailers.get(REQUEST_ID)).isEqualTo("call-7");
            assertThat(lines.list).extracting(ILoggingEvent::getFormattedMessage)
                    .anySatisfy(line -> assertThat(line).contains("failed", "request id call-7"))
                    .anySatisfy(line -> assertThat(line).contains("Increment ended with INTERNAL", "call-7"));
            var unnamed = failureOf(
                    () -> with(server, "x-request-id", "x".repeat(129)).increment(increment("broken")));
            Metadata none = unnamed.getTrailers();
            assertThat(none).isNotNull();
            assertThat(none.containsKey(REQUEST_ID)).isFalse();
        } finally {
            logger.detachAppender(lines);
            store.broken(false);
        }
    }

    @Test
    void log_ofABatchThatFails_namesTheCall() {
        var named = operation("broken", 1).setRequestId("n");
        var whole = BatchIncrementRequest.newBuilder().addOperations(operation("broken", 1)).build();
        var part = whole.toBuilder().addOperations(named).build();
        var store = new DelegatingStore(new OracleStore(new OracleStore.Data())) {
            @Override
            public FlushResult apply(Flush flush) {
                if (flush.postings().stream().anyMatch(posting -> posting.key() != null || posting.changes().stream()
                        .anyMatch(change -> change.row().id().equals("never")))) {
                    throw new IllegalStateException("an inside that callers must not see");
                }
                return super.apply(flush);
            }
        };
        var never = BatchIncrementRequest.newBuilder().addOperations(operation("never", 1)).build();
        var logger = (Logger) LoggerFactory.getLogger("io.tallygate.grpc");
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        logger.addAppender(lines);
        try (var server = new TestServer(Map.of(), store)) {
            assertRefused(Status.Code.INTERNAL, "INTERNAL_ERROR",
                    () -> with(server, "x-request-id", "call-8").batchIncrement(never));
            assertThat(with(server, "x-request-id", "call-9").batchIncrement(part).getResultsList())
                    .extracting(result -> result.getError().getReason()).containsExactly("", "INTERNAL_ERROR");
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(lines.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly(
                "a call failed, request id call-8",
                "tallygate.counter.v1.CounterService/BatchIncrement ended with INTERNAL, request id call-8",
                "a call failed, request id call-9");
    }

    @Test
    void deadlinePassed_isNotSubmitted() {
        try (var server = new TestServer()) {
            var failure = failureOf(
                    () -> server.stub().withDeadlineAfter(-1, TimeUnit.SECONDS).increment(increment("late")));
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            assertThat(server.value("late")).isZero();
        }
    }

    @Test
    void message_largerThanTheBound_isRefused() {
        try (var server = new TestServer()) {
            var request = BatchIncrementRequest.newBuilder().setRequestId("x".repeat(16 * 1024 * 1024));
            assertThat(failureOf(() -> server.stub().batchIncrement(request.build())).getStatus().getCode())
                    .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(failureOf(() -> with(server, "x-much", "y".repeat(9 * 1024)).increment(increment("m")))
                    .getStatus().getCode()).isIn(Status.Code.INTERNAL, Status.Code.RESOURCE_EXHAUSTED,
                            Status.Code.UNAVAILABLE, Status.Code.UNKNOWN);
            assertThat(server.increment("m", 1)).as("others are served").isEqualTo(1);
        }
    }

    private static String sha256(String secret) throws Exception {
        return HexFormat.of().formatHex(
                MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
    }

    private static Map<String, Object> tokens() throws Exception {
        var settings = new HashMap<String, Object>();
        for (String scope : List.of("read", "write", "admin", "read,write,admin")) {
            String name = scope.replace(',', '-');
            settings.put("tallygate.tokens." + name + ".sha256", sha256(name + "-secret"));
            settings.put("tallygate.tokens." + name + ".scopes", scope);
        }
        return settings;
    }

    @Test
    void tokens_everyMethod_needsItsScope() throws Exception {
        try (var server = new TestServer(tokens())) {
            var reader = with(server, "authorization", "Bearer read-secret");
            var writer = with(server, "authorization", "bearer write-secret");
            var admin = with(server, "authorization", "Bearer admin-secret");
            var get = GetRequest.newBuilder().setCounter(key("t")).build();
            var reset = ResetRequest.newBuilder().setCounter(key("t")).build();
            assertRefused(Status.Code.UNAUTHENTICATED, "UNAUTHENTICATED", () -> server.increment("t", 1));
            assertRefused(Status.Code.UNAUTHENTICATED, "UNAUTHENTICATED",
                    () -> with(server, "authorization", "Bearer wrong").get(get));
            assertRefused(Status.Code.PERMISSION_DENIED, "FORBIDDEN", () -> reader.increment(increment("t")));
            assertRefused(Status.Code.PERMISSION_DENIED, "FORBIDDEN", () -> writer.get(get));
            assertRefused(Status.Code.PERMISSION_DENIED, "FORBIDDEN", () -> writer.reset(reset));
            assertThat(writer.increment(increment("t")).getValue()).isEqualTo(1);
            assertThat(reader.get(get).getReading().getValue()).isEqualTo(1);
            assertThat(admin.reset(reset).isInitialized()).isTrue();

            var share = WindowShareRequest.newBuilder().setCounterType("likes").setWindow(Window.WINDOW_HOUR).build();
            assertRefused(Status.Code.PERMISSION_DENIED, "FORBIDDEN", () -> PeerServiceGrpc
                    .newBlockingStub(server.channel).withInterceptors(MetadataUtils
                            .newAttachHeadersInterceptor(metadata("authorization", "Bearer write-secret")))
                    .windowShare(share));
            assertThat(PeerServiceGrpc.newBlockingStub(server.channel).withInterceptors(MetadataUtils
                    .newAttachHeadersInterceptor(metadata("authorization", "Bearer read-write-admin-secret")))
                    .windowShare(share).isInitialized()).isTrue();
            assertThat(HealthGrpc.newBlockingStub(server.channel).check(HealthCheckRequest.getDefaultInstance())
                    .getStatus()).isNotNull();
            assertThat(reflect(server, new Metadata()).next()).isEqualTo("UNAUTHENTICATED");
            assertThat(reflect(server, metadata("authorization", "Bearer read-secret")).next())
                    .contains("tallygate.counter.v1.CounterService");
        }
    }

    @Test
    void requestIdAndSession_belongToTheirToken() throws Exception {
        try (var server = new TestServer(tokens())) {
            var request = IncrementRequest.newBuilder().setOperation(operation("own", 1).setRequestId("same")).build();
            for (String name : List.of("write", "read-write-admin")) {
                with(server, "authorization", "Bearer " + name + "-secret").increment(request);
            }
            assertThat(with(server, "authorization", "Bearer read-secret")
                    .get(GetRequest.newBuilder().setCounter(key("own")).build()).getReading().getValue()).isEqualTo(2);
        }
    }

    @Test
    void start_reachableByOthersWithoutTokens_isRefused() {
        assertThatThrownBy(() -> new TestServer(Map.of("tallygate.grpc.host", "0.0.0.0")).close())
                .satisfies(failure -> assertThat(messages(failure)).contains("tallygate.grpc.host is '0.0.0.0'",
                        "tallygate.tokens"));
        assertThatThrownBy(() -> new TestServer(Map.of("tallygate.host", "0.0.0.0")).close())
                .satisfies(failure -> assertThat(messages(failure)).contains("tallygate.grpc.host is '0.0.0.0'"));
    }

    @Test
    void start_portTaken_fails() throws Exception {
        try (var taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            var settings = Map.<String, Object>of("tallygate.grpc.port", Integer.toString(taken.getLocalPort()));
            assertThatThrownBy(() -> new TestServer(settings).close())
                    .satisfies(failure -> assertThat(messages(failure)).contains("GRPC server"));
        }
    }

    private static String messages(Throwable failure) {
        return failure.getCause() == null
                ? String.valueOf(failure.getMessage())
                : failure.getMessage() + "\n" + messages(failure.getCause());
    }

    /** What reflection answers, one line an answer; the last one a status. */
    private static java.util.Iterator<String> reflect(TestServer server, Metadata metadata) {
        return reflect(server, metadata, ServerReflectionRequest.newBuilder().setListServices("").build());
    }

    private static java.util.Iterator<String> reflect(TestServer server, Metadata metadata,
            ServerReflectionRequest request) {
        var answers = new ArrayBlockingQueue<String>(4);
        var requests = ServerReflectionGrpc.newStub(server.channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        answers.add(response.hasFileDescriptorResponse()
                                ? files(response.getFileDescriptorResponse())
                                : response.getListServicesResponse().toString());
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answers.add(Status.fromThrowable(failure).getCode().name());
                    }

                    @Override
                    public void onCompleted() {
                        answers.add("OK");
                    }
                });
        requests.onNext(request);
        requests.onCompleted();
        return java.util.stream.Stream.generate(() -> {
            try {
                return String.valueOf(answers.poll(20, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }).iterator();
    }

    private static String files(FileDescriptorResponse response) {
        return response.getFileDescriptorProtoList().stream().map(bytes -> {
            try {
                return FileDescriptorProto.parseFrom(bytes).getName();
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        }).toList().toString();
    }

    /** Otherwise tools such as grpcurl show the details of errors as base64. */
    @Test
    void reflection_detailsOfErrors_areKnown() {
        try (var server = new TestServer()) {
            for (Message detail : List.of(BadRequest.getDefaultInstance(), ErrorInfo.getDefaultInstance(),
                    RetryInfo.getDefaultInstance())) {
                String name = detail.getDescriptorForType().getFullName();
                assertThat(reflect(server, new Metadata(),
                        ServerReflectionRequest.newBuilder().setFileContainingSymbol(name).build()).next()).as(name)
                        .contains("google/rpc/error_details.proto");
            }
        }
    }

    /** Otherwise tools cannot read the file that imports it. */
    @Test
    void reflection_ofAService_bringsTheFileOfItsOptions() {
        try (var server = new TestServer()) {
            assertThat(reflect(server, new Metadata(), ServerReflectionRequest.newBuilder()
                    .setFileContainingSymbol("tallygate.counter.v1.CounterService").build()).next())
                    .contains("tallygate/counter/v1/counter_service.proto", "tallygate/access/v1/access.proto",
                            "google/protobuf/descriptor.proto");
        }
    }

    @Test
    void reflection_withoutTokens_listsTheServices() {
        try (var server = new TestServer()) {
            assertThat(reflect(server, new Metadata()).next()).contains("tallygate.counter.v1.CounterService",
                    "tallygate.counter.v1.PeerService", "tallygate.ledger.v1.LedgerService", "grpc.health.v1.Health");
        }
    }

    @Test
    void health_follows_theStoreAndTheStop() {
        var store = new GatedStore();
        try (var server = new TestServer(Map.of(), store)) {
            for (String service : List.of("", "tallygate.counter.v1.CounterService",
                    "tallygate.counter.v1.PeerService", "tallygate.ledger.v1.LedgerService")) {
                awaitHealth(server, service, ServingStatus.SERVING);
            }
            store.away(true);
            awaitHealth(server, "", ServingStatus.NOT_SERVING);
            store.away(false);
            awaitHealth(server, "", ServingStatus.SERVING);
            server.context.getBean(ReadinessReport.class).stop();
            awaitHealth(server, "", ServingStatus.NOT_SERVING);
        }
    }

    private static void awaitHealth(TestServer server, String service, ServingStatus wanted) {
        var health = HealthGrpc.newBlockingStub(server.channel);
        var request = HealthCheckRequest.newBuilder().setService(service).build();
        Await.until(wanted.name(),
                () -> health.withDeadlineAfter(20, TimeUnit.SECONDS).check(request).getStatus() == wanted);
    }

    @Test
    void calls_ended_areCountedByMethodAndCode() {
        try (var server = new TestServer()) {
            server.increment("c", 1);
            server.increment("c", 1);
            assertInvalid("operation.delta", () -> server.increment("c", 0));
            HealthGrpc.newBlockingStub(server.channel).check(HealthCheckRequest.getDefaultInstance());
            var cancelled = new TestSession(server.channel, "cancelled-session-1").started();
            cancelled.cancel();
            var registry = new SimpleMeterRegistry();
            server.context.getBean(CallCounts.class).bindTo(registry);
            assertThat(count(registry, "tallygate.counter.v1.CounterService/Increment", "OK")).isEqualTo(2);
            assertThat(count(registry, "tallygate.counter.v1.CounterService/Increment", "INVALID_ARGUMENT"))
                    .isEqualTo(1);
            assertThat(count(registry, "other", "OK")).isEqualTo(1);
            Await.until("the cancelled call is counted", () -> count(registry,
                    "tallygate.counter.v1.CounterService/StreamIncrements", "CANCELLED") == 1);
        }
    }

    @Test
    void services_ofOurs_areAllKnownToWhatCountsCallsAndReportsReadiness() {
        try (var server = new TestServer()) {
            List<String> served = server.server.getServer().getServices().stream()
                    .map(service -> service.getServiceDescriptor().getName())
                    .filter(name -> !name.startsWith("grpc.")).toList();

            assertThat(served).contains("tallygate.counter.v1.CounterService", "tallygate.ledger.v1.LedgerService");
            assertThat(server.context.getBeansOfType(ServiceDescriptor.class)).extracting(ServiceDescriptor::getName)
                    .containsExactlyInAnyOrderElementsOf(served);
            served.forEach(service -> awaitHealth(server, service, ServingStatus.SERVING));
            var registry = new SimpleMeterRegistry();
            server.context.getBean(CallCounts.class).bindTo(registry);
            assertThat(count(registry, "tallygate.ledger.v1.LedgerService/ApplyFlush", "OK")).isZero();
        }
    }

    private static double count(SimpleMeterRegistry registry, String method, String code) {
        return registry.get("tallygate.grpc.calls").tag("method", method).tag("code", code).functionCounter().count();
    }

    private static Change.Builder change(String id) {
        return Change.newBuilder().setSection(0).setId(id);
    }

    private static Posting add(String id, long delta) {
        return Posting.newBuilder().addChanges(change(id).setAdd(delta)).build();
    }

    private static Posting keyed(String fingerprint, String id, long delta) {
        return add(id, delta).toBuilder().setKey(Key.newBuilder().setId("k").setFingerprint(fingerprint)).build();
    }

    private static ApplyFlushRequest.Builder flush(long sequence) {
        return ApplyFlushRequest.newBuilder().setWriter("lane-1").setSequence(sequence)
                .addSections(Section.newBuilder().setBook("counter").setName("likes"))
                .setAt(Timestamp.newBuilder().setSeconds(System.currentTimeMillis() / 1000));
    }

    @Test
    void applyFlush_sentAgain_isAnsweredAsBeforeAndStaleOnesAreRefused() {
        try (var server = new TestServer()) {
            var ledger = LedgerServiceGrpc.newBlockingStub(server.channel).withDeadlineAfter(20, TimeUnit.SECONDS);
            server.increment("reset me", 9);
            var request = flush(5)
                    .addPostings(add("p", 3).toBuilder()
                            .addChanges(change("q").setBoundedAdd(BoundedAdd.newBuilder().setDelta(8).setAtMost(10)))
                            .addChanges(change("q").setBoundedAdd(BoundedAdd.newBuilder().setDelta(5).setAtMost(10)))
                            .addChanges(change("reset me").setDelete(Delete.getDefaultInstance())))
                    .addPostings(keyed("f", "p", 4).toBuilder().setMemo(ByteString.copyFromUtf8("memo")))
                    .addPostings(keyed("g", "p", 4))
                    .addPostings(Posting.newBuilder().setMode(Mode.MODE_ALL).addChanges(change("q").setAdd(1))
                            .addChanges(change("q").setBoundedAdd(BoundedAdd.newBuilder().setDelta(2).setAtMost(10))))
                    .build();
            ApplyFlushResponse response = ledger.applyFlush(request);
            assertThat(response.getReplayed()).isFalse();
            assertThat(response.getPostings(0).getValuesList()).containsExactly(3L, 8L, 8L, 0L);
            assertThat(response.getPostings(0).getRefusalsList()).containsExactly(refusal(2, Reason.REASON_RANGE));
            assertThat(response.getPostings(1).getValuesList()).containsExactly(7L);
            assertThat(response.getPostings(1).getMemo().toStringUtf8()).isEqualTo("memo");
            assertThat(response.getPostings(2).getKeyReused()).isTrue();
            assertThat(response.getPostings(3).getValuesList()).as("what stands").containsExactly(8L, 8L);
            assertThat(response.getPostings(3).getRefusalsList())
                    .containsExactly(refusal(0, Reason.REASON_UNDONE), refusal(1, Reason.REASON_RANGE));
            assertThat(server.value("p")).isEqualTo(7);
            assertThat(server.value("reset me")).isZero();

            ApplyFlushResponse again = ledger.applyFlush(request);
            assertThat(again.getReplayed()).isTrue();
            assertThat(again.getPostingsList()).isEqualTo(response.getPostingsList());
            assertThat(server.value("p")).isEqualTo(7);
            var stale = assertRefused(Status.Code.FAILED_PRECONDITION, "STALE_FLUSH",
                    () -> ledger.applyFlush(flush(4).addPostings(add("p", 1)).build()));
            assertThat(outcome(stale)).isEqualTo("UNCHANGED");
            assertThat(server.value("p")).isEqualTo(7);
        }
    }

    private static Refusal refusal(int change, Reason reason) {
        return Refusal.newBuilder().setChange(change).setReason(reason).build();
    }

    @Test
    void applyFlush_breaksARule_namesTheField() {
        try (var server = new TestServer()) {
            var ledger = LedgerServiceGrpc.newBlockingStub(server.channel).withDeadlineAfter(20, TimeUnit.SECONDS);
            assertInvalid("writer", () -> ledger.applyFlush(flush(1).setWriter("s:session").build()));
            assertInvalid("sequence", () -> ledger.applyFlush(flush(0).build()));
            assertInvalid("at", () -> ledger.applyFlush(flush(1).clearAt().build()));
            assertInvalid("at", () -> ledger
                    .applyFlush(flush(1).setAt(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE)).build()));
            assertInvalid("postings[0].changes[0].section", () -> ledger.applyFlush(flush(1)
                    .addSections(Section.newBuilder().setBook("unknown").setName("x"))
                    .addPostings(Posting.newBuilder().addChanges(change("p").setSection(1).setAdd(1))).build()));
            assertInvalid("sections[1].name", () -> ledger
                    .applyFlush(flush(1).addSections(Section.newBuilder().setBook("counter").setName("\n")).build()));
            assertInvalid("postings[0].changes[0].id",
                    () -> ledger.applyFlush(flush(1).addPostings(add("", 1)).build()));
            assertInvalid("postings[0].changes[0].section", () -> ledger.applyFlush(flush(1)
                    .addPostings(Posting.newBuilder().addChanges(change("p").setSection(1).setAdd(1))).build()));
            assertInvalid("postings[0].changes[0].what", () -> ledger
                    .applyFlush(flush(1).addPostings(Posting.newBuilder().addChanges(change("p"))).build()));
            assertInvalid("postings[0].mode", () -> ledger
                    .applyFlush(flush(1).addPostings(add("p", 1).toBuilder().setModeValue(9)).build()));
            assertInvalid("postings[0].changes", () -> ledger
                    .applyFlush(flush(1).addPostings(keyed("f", "p", 1).toBuilder().clearChanges()).build()));
            assertInvalid("postings[0].key.id", () -> ledger.applyFlush(
                    flush(1).addPostings(add("p", 1).toBuilder().setKey(Key.getDefaultInstance())).build()));
            assertInvalid("postings[0].key.fingerprint", () -> ledger.applyFlush(
                    flush(1).addPostings(add("p", 1).toBuilder().setKey(Key.newBuilder().setId("k"))).build()));
            assertInvalid("postings[0].key.life", () -> ledger.applyFlush(flush(1)
                    .addPostings(add("p", 1).toBuilder().setKey(Key.newBuilder().setId("k").setFingerprint("f")
                            .setLife(com.google.protobuf.Duration.newBuilder().setSeconds(-1))))
                    .build()));
            assertInvalid("postings[0].memo", () -> ledger.applyFlush(flush(1)
                    .addPostings(add("p", 1).toBuilder().setMemo(ByteString.copyFrom(new byte[4_097]))).build()));
        }
    }

    @Test
    void windowShare_ofAWindow_listsWhatWasCommittedHere() {
        try (var server = new TestServer()) {
            server.increment("w", 4);
            var peer = PeerServiceGrpc.newBlockingStub(server.channel).withDeadlineAfter(20, TimeUnit.SECONDS);
            var share = peer.windowShare(WindowShareRequest.newBuilder().setCounterType("likes")
                    .setWindow(Window.WINDOW_MINUTE).build());
            assertThat(share.getSharesList()).singleElement().satisfies(one -> {
                assertThat(one.getResourceId()).isEqualTo("w");
                assertThat(one.getValue()).isEqualTo(4);
            });
            assertInvalid("window", () -> peer
                    .windowShare(WindowShareRequest.newBuilder().setCounterType("likes").build()));
            assertInvalid("counter_type", () -> peer.windowShare(WindowShareRequest.getDefaultInstance()));
        }
    }

    @Test
    void connectionAgeMax_makesClientsConnectAnewWithoutAFailure() {
        try (var server = new TestServer(Map.of("tallygate.grpc.connection-age-max", "1s"))) {
            for (int i = 1; i <= 150; i++) {
                assertThat(server.increment("age", 1)).isEqualTo(i);
                try {
                    Thread.sleep(20);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    @Test
    void drain_callWithoutItsRequest_isEndedAndDoesNotHoldTheStop() throws InterruptedException {
        try (var server = new TestServer(Map.of("tallygate.shutdown.timeout", "1h"))) {
            var ended = new ArrayBlockingQueue<Status>(1);
            ClientCall<IncrementRequest, IncrementResponse> begun = server.channel
                    .newCall(CounterServiceGrpc.getIncrementMethod(), CallOptions.DEFAULT);
            begun.start(new ClientCall.Listener<>() {
                @Override
                public void onClose(Status status, Metadata trailers) {
                    ended.add(status);
                }
            }, new Metadata());
            // Behind it on the same connection, so that the server has both.
            server.increment("behind", 1);

            server.context.getBean(GrpcDrain.class).drain();

            assertThat(ended.poll(20, TimeUnit.SECONDS)).isNotNull();
            assertThat(server.server.getServer().awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        }
    }
}
