package io.tallygate.grpc.counter;

import static io.tallygate.grpc.Refusals.assertInvalid;
import static io.tallygate.grpc.Refusals.assertRefused;
import static io.tallygate.grpc.Refusals.failureOf;
import static io.tallygate.grpc.TestServer.key;
import static io.tallygate.grpc.TestServer.operation;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.rpc.BadRequest;
import io.grpc.Status;
import io.tallygate.counter.v1.BatchGetRequest;
import io.tallygate.counter.v1.BatchIncrementRequest;
import io.tallygate.counter.v1.BatchIncrementResponse;
import io.tallygate.counter.v1.CounterKey;
import io.tallygate.counter.v1.GetRequest;
import io.tallygate.counter.v1.IncrementRequest;
import io.tallygate.counter.v1.LeaderboardEntry;
import io.tallygate.counter.v1.Operation;
import io.tallygate.counter.v1.OperationResult;
import io.tallygate.counter.v1.Reading;
import io.tallygate.counter.v1.ResetRequest;
import io.tallygate.counter.v1.TopRequest;
import io.tallygate.counter.v1.TopResponse;
import io.tallygate.counter.v1.Window;
import io.tallygate.grpc.Calls;
import io.tallygate.grpc.TestServer;
import io.tallygate.kernel.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Calls with one answer, over a real connection. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CounterEndpointTest {

    private TestServer server;

    @BeforeAll
    void start() {
        server = new TestServer();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static IncrementRequest increment(Operation.Builder operation) {
        return IncrementRequest.newBuilder().setOperation(operation).build();
    }

    private BatchIncrementResponse batch(BatchIncrementRequest.Builder request) {
        return server.stub().batchIncrement(request.build());
    }

    @Test
    void increment_committed_answersTheValueRightAfterIt() {
        assertThat(server.increment("i", 5)).isEqualTo(5);
        assertThat(server.increment("i", -7)).isEqualTo(-2);
        assertThat(server.stub().increment(increment(Operation.newBuilder().setCounter(key("i")))).getValue())
                .as("without a delta it is 1").isEqualTo(-1);
    }

    @Test
    void increment_async_isAcceptedWithoutValueAndApplied() {
        var response = server.stub()
                .increment(IncrementRequest.newBuilder().setOperation(operation("async", 3)).setAsync(true).build());
        assertThat(response.hasValue()).isFalse();
        Await.until("it is applied", () -> server.value("async") == 3);
    }

    @Test
    void increment_sameRequestId_countsOnceAndAnswersTheSame() {
        var request = increment(operation("once", 4).setRequestId("id-1"));
        assertThat(server.stub().increment(request).getValue()).isEqualTo(4);
        server.increment("once", 1);
        assertThat(server.stub().increment(request).getValue()).isEqualTo(4);
        assertThat(server.value("once")).isEqualTo(5);
        assertThat(batch(BatchIncrementRequest.newBuilder().addOperations(operation("once", 4).setRequestId("id-1")))
                .getResults(0).getValue()).as("a batch's operation of the same name is the same one").isEqualTo(4);
        assertRefused(Status.Code.ALREADY_EXISTS, "IDEMPOTENCY_KEY_REUSED",
                () -> server.stub().increment(increment(operation("once", 5).setRequestId("id-1"))));
        assertThat(server.value("once")).isEqualTo(5);
    }

    @Test
    void increment_wouldLeaveTheRange_isRefusedAndChangesNothing() {
        long max = 1L << 53;
        IntStream.range(0, 3).forEach(_ -> server.increment("overflow", max));
        for (int i = 0; i < 8; i++) {
            IntStream.range(0, 125).forEach(_ -> batch(fill("overflow", max)));
            if (server.value("overflow") > Long.MAX_VALUE - 1001 * max) {
                break;
            }
        }
        var last = batch(fill("overflow", max));
        long before = server.value("overflow");
        assertThat(last.getResultsList()).filteredOn(OperationResult::hasError).isNotEmpty().allSatisfy(
                result -> assertThat(result.getError().getReason()).isEqualTo("COUNTER_OVERFLOW"));
        assertRefused(Status.Code.OUT_OF_RANGE, "COUNTER_OVERFLOW", () -> server.increment("overflow", max));
        assertThat(server.value("overflow")).isEqualTo(before);
    }

    private static BatchIncrementRequest.Builder fill(String resourceId, long delta) {
        var request = BatchIncrementRequest.newBuilder();
        IntStream.range(0, 1000).forEach(_ -> request.addOperations(operation(resourceId, delta)));
        return request;
    }

    @Test
    void increment_breaksARule_namesTheField() {
        assertInvalid("operation", () -> server.stub().increment(IncrementRequest.getDefaultInstance()));
        assertInvalid("operation.counter", () -> server.stub().increment(increment(Operation.newBuilder())));
        assertInvalid("operation.counter.resource_id", () -> server.increment("", 1));
        assertInvalid("operation.counter.resource_id", () -> server.increment("x".repeat(257), 1));
        assertInvalid("operation.counter.counter_type", () -> server.stub().increment(increment(
                Operation.newBuilder()
                        .setCounter(CounterKey.newBuilder().setResourceId("a").setCounterType("\u0007")))));
        assertInvalid("operation.delta", () -> server.increment("a", 0));
        assertInvalid("operation.delta", () -> server.increment("a", (1L << 53) + 1));
        assertInvalid("operation.request_id",
                () -> server.stub().increment(increment(operation("a", 1).setRequestId(""))));
        assertInvalid("operation.user_id",
                () -> server.stub().increment(increment(operation("a", 1).setUserId("x".repeat(257)))));
        assertThat(server.value("a")).isZero();
    }

    private static List<String> broken(ThrowingCallable call) {
        return fields(TestServer.detail(failureOf(call), BadRequest.class).orElseThrow().getFieldViolationsList());
    }

    private static List<String> fields(List<BadRequest.FieldViolation> violations) {
        return violations.stream().map(BadRequest.FieldViolation::getField).toList();
    }

    @Test
    void anyCall_breaksSeveralRules_namesEachField() {
        var bad = Operation.newBuilder().setDelta(0).setRequestId("").setCounter(CounterKey.getDefaultInstance());
        assertThat(broken(() -> server.stub().increment(increment(bad)))).containsExactly(
                "operation.counter.resource_id", "operation.counter.counter_type", "operation.delta",
                "operation.request_id");
        assertThat(broken(() -> server.stub().increment(increment(Operation.newBuilder().setDelta(0)))))
                .containsExactly("operation.counter", "operation.delta");
        assertThat(broken(() -> batch(BatchIncrementRequest.newBuilder().setRequestId(""))))
                .containsExactly("operations", "request_id");
        assertThat(broken(() -> server.stub().get(GetRequest.newBuilder().setCounter(CounterKey.getDefaultInstance())
                .setConsistencyValue(9).build())))
                .containsExactly("counter.resource_id", "counter.counter_type", "consistency");
        assertThat(broken(() -> server.stub().batchGet(BatchGetRequest.newBuilder().addCounters(key("m"))
                .addCounters(CounterKey.getDefaultInstance()).addCounters(key("")).setConsistencyValue(9).build())))
                .containsExactly("counters[1].resource_id", "counters[1].counter_type", "counters[2].resource_id",
                        "consistency");
        assertThat(broken(() -> server.stub().reset(ResetRequest.newBuilder()
                .setCounter(CounterKey.getDefaultInstance()).build())))
                .containsExactly("counter.resource_id", "counter.counter_type");
        assertThat(broken(() -> server.stub().top(TopRequest.newBuilder().setWindowValue(7).setLimit(0).build())))
                .containsExactly("counter_type", "window", "limit");
    }

    @Test
    void batchIncrement_itemBreaksSeveralRules_namesEachField() {
        var item = batch(BatchIncrementRequest.newBuilder().addOperations(operation("e", 1)).addOperations(
                Operation.newBuilder().setDelta(0).setCounter(CounterKey.newBuilder().setResourceId("e"))))
                .getResults(1).getError();
        assertThat(item.getField()).isEqualTo("operations[1].counter.counter_type");
        assertThat(fields(item.getFieldViolationsList()))
                .containsExactly("operations[1].counter.counter_type", "operations[1].delta");
        assertThat(item.getFieldViolations(1).getDescription()).endsWith(", not \"0\"");
        assertThat(server.value("e")).isEqualTo(1);
    }

    @Test
    void batchGet_moreBrokenFieldsThanTrailersHold_namesTheFirstAndSaysHowMany() {
        var request = BatchGetRequest.newBuilder();
        IntStream.range(0, 1000).forEach(_ -> request.addCounters(key("\u0007".repeat(64))));
        var failure = assertRefused(Status.Code.INVALID_ARGUMENT, "INVALID_INPUT",
                () -> server.stub().batchGet(request.build()));
        assertThat(failure.getMessage()).contains("and 999 more");
        assertThat(fields(TestServer.detail(failure, BadRequest.class).orElseThrow().getFieldViolationsList()))
                .hasSizeGreaterThan(5).startsWith("counters[0].resource_id", "counters[1].resource_id");
    }

    @Test
    void anyCall_breaksARule_tellsWhatTheFieldHeld() {
        assertThat(violation(() -> server.increment("a", 0))).startsWith("must be an integer").endsWith(", not \"0\"");
        assertThat(violation(() -> server.stub().get(
                GetRequest.newBuilder().setCounter(key("a")).setConsistencyValue(99).build())))
                .endsWith(", not \"99\"");
        assertThat(violation(() -> server.stub().top(
                TopRequest.newBuilder().setCounterType("likes").setWindowValue(99).build())))
                .endsWith(", not \"99\"");
        assertThat(violation(() -> server.stub().increment(increment(Operation.newBuilder()))))
                .as("of a field that is not there").isEqualTo("is required");
    }

    private static String violation(ThrowingCallable call) {
        return TestServer.detail(failureOf(call), BadRequest.class).orElseThrow().getFieldViolations(0)
                .getDescription();
    }

    @Test
    void batchIncrement_someInvalid_appliesTheOthersInOrder() {
        var response = batch(BatchIncrementRequest.newBuilder().addOperations(operation("b", 2))
                .addOperations(operation("b", 0)).addOperations(operation("b", 3).setRequestId("b-1"))
                .addOperations(Operation.newBuilder()).addOperations(operation("b2", 1)));

        assertThat(response.getResultsCount()).isEqualTo(5);
        assertThat(response.getResults(1).getError().getReason()).isEqualTo("INVALID_INPUT");
        assertThat(response.getResults(1).getError().getField()).isEqualTo("operations[1].delta");
        assertThat(response.getResults(1).getError().getMessage()).contains("must be an integer");
        assertThat(response.getResults(3).getError().getField()).isEqualTo("operations[3].counter");
        assertThat(response.getResults(4).getValue()).isEqualTo(1);
        assertThat(server.value("b")).isEqualTo(5);
        assertThat(batch(BatchIncrementRequest.newBuilder().addOperations(operation("b", 0))).getResults(0).hasError())
                .as("also when all are invalid").isTrue();
    }

    @Test
    void batchIncrement_sameRequestId_countsOnce() {
        var request = BatchIncrementRequest.newBuilder().setRequestId("batch-1").addOperations(operation("br", 2))
                .addOperations(operation("br", 3));
        assertThat(batch(request).getResultsList()).extracting(OperationResult::getValue).containsExactly(2L, 5L);
        assertThat(batch(request).getResultsList()).extracting(OperationResult::getValue).containsExactly(2L, 5L);
        assertThat(server.value("br")).isEqualTo(5);
        assertRefused(Status.Code.ALREADY_EXISTS, "IDEMPOTENCY_KEY_REUSED",
                () -> batch(BatchIncrementRequest.newBuilder().setRequestId("batch-1")
                        .addOperations(operation("br", 9))));
        var mixed = batch(BatchIncrementRequest.newBuilder().setRequestId("batch-1")
                .addOperations(operation("br", 9)).addOperations(operation("br3", 1).setRequestId("own")));
        assertThat(mixed.getResults(0).getError().getReason()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
        assertThat(mixed.getResults(1).getValue()).isEqualTo(1);
        assertInvalid("request_id", () -> batch(BatchIncrementRequest.newBuilder().setRequestId("")
                .addOperations(operation("br", 1))));
    }

    @Test
    void batchIncrement_async_saysHowManyWereTaken() {
        var all = batch(BatchIncrementRequest.newBuilder().setAsync(true).addOperations(operation("ba", 2))
                .addOperations(operation("ba", 3).setRequestId("ba-1")));
        assertThat(all.getAccepted()).isEqualTo(2);
        assertThat(all.getResultsCount()).isZero();
        var some = batch(BatchIncrementRequest.newBuilder().setAsync(true).addOperations(operation("ba", 0))
                .addOperations(operation("ba", 5)));
        assertThat(some.getAccepted()).isEqualTo(1);
        assertThat(some.getResults(0).getError().getField()).isEqualTo("operations[0].delta");
        assertThat(some.getResults(1).hasError()).isFalse();
        Await.until("all are applied", () -> server.value("ba") == 10);
    }

    @Test
    void batchIncrement_wrongSize_isRefused() {
        assertInvalid("operations", () -> batch(BatchIncrementRequest.newBuilder()));
        assertInvalid("operations", () -> batch(fill("size", 1).addOperations(operation("size", 1))));
        assertThat(server.value("size")).isZero();
    }

    @Test
    void get_anyCounter_hasItsValueAndTime() {
        server.increment("g", 6);
        Reading reading = server.stub().get(GetRequest.newBuilder().setCounter(key("g")).build()).getReading();
        assertThat(reading.getCounter()).isEqualTo(key("g"));
        assertThat(reading.getValue()).isEqualTo(6);
        Timestamp asOf = reading.getAsOf();
        assertThat(Instant.ofEpochSecond(asOf.getSeconds(), asOf.getNanos()))
                .isBetween(Instant.now().minus(Duration.ofMinutes(1)), Instant.now());
        assertThat(server.value("never written")).isZero();
        assertInvalid("counter", () -> server.stub().get(GetRequest.getDefaultInstance()));
        assertInvalid("consistency",
                () -> server.stub().get(GetRequest.newBuilder().setCounter(key("g")).setConsistencyValue(9).build()));
    }

    @Test
    void batchGet_severalCounters_areInTheOrderAsked() {
        server.increment("m1", 1);
        server.increment("m2", 2);
        assertThat(server.stub().batchGet(BatchGetRequest.newBuilder().addCounters(key("m2")).addCounters(key("m0"))
                .addCounters(key("m1")).build()).getReadingsList()).extracting(Reading::getValue)
                .containsExactly(2L, 0L, 1L);
        assertInvalid("counters", () -> server.stub().batchGet(BatchGetRequest.getDefaultInstance()));
        assertInvalid("counters[1].resource_id", () -> server.stub()
                .batchGet(BatchGetRequest.newBuilder().addCounters(key("m2")).addCounters(key("")).build()));
    }

    @Test
    void reset_anyCounter_isIdempotent() {
        server.increment("r", 6);
        for (int i = 0; i < 2; i++) {
            server.stub().reset(ResetRequest.newBuilder().setCounter(key("r")).build());
            assertThat(server.value("r")).isZero();
        }
        assertInvalid("counter", () -> server.stub().reset(ResetRequest.getDefaultInstance()));
    }

    @Test
    void top_everyWindow_ranksByWhatWasCounted() {
        for (int i = 1; i <= 12; i++) {
            server.stub().increment(increment(Operation.newBuilder().setDelta(i).setCounter(
                    CounterKey.newBuilder().setResourceId("t" + i).setCounterType("top"))));
        }
        for (Window window : new Window[]{Window.WINDOW_ALL, Window.WINDOW_MINUTE, Window.WINDOW_HOUR,
                Window.WINDOW_DAY}) {
            TopResponse top = server.stub().top(
                    TopRequest.newBuilder().setCounterType("top").setWindow(window).setLimit(2).build());
            assertThat(top.getWindow()).isEqualTo(window);
            assertThat(top.hasAsOf()).isTrue();
            assertThat(top.getEntriesList()).extracting(LeaderboardEntry::getResourceId).containsExactly("t12", "t11");
            assertThat(top.getEntriesList()).extracting(LeaderboardEntry::getRank).containsExactly(1, 2);
            assertThat(top.getEntriesList()).extracting(LeaderboardEntry::getValue).containsExactly(12L, 11L);
        }
        TopResponse byDefault = server.stub().top(TopRequest.newBuilder().setCounterType("top").build());
        assertThat(byDefault.getEntriesCount()).isEqualTo(10);
        assertThat(byDefault.getWindow()).isEqualTo(Window.WINDOW_ALL);
        assertInvalid("limit",
                () -> server.stub().top(TopRequest.newBuilder().setCounterType("top").setLimit(0).build()));
        assertInvalid("limit",
                () -> server.stub().top(TopRequest.newBuilder().setCounterType("top").setLimit(1001).build()));
        assertInvalid("window",
                () -> server.stub().top(TopRequest.newBuilder().setCounterType("top").setWindowValue(7).build()));
        assertInvalid("counter_type", () -> server.stub().top(TopRequest.getDefaultInstance()));
    }
}
