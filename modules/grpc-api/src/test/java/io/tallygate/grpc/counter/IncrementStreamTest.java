package io.tallygate.grpc.counter;

import static io.tallygate.grpc.Refusals.assertRefused;
import static io.tallygate.grpc.counter.TestSession.frame;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.tallygate.counter.v1.Frame;
import io.tallygate.counter.v1.FrameAck;
import io.tallygate.counter.v1.SessionStart;
import io.tallygate.counter.v1.StreamIncrementsRequest;
import io.tallygate.grpc.GatedStore;
import io.tallygate.grpc.TestServer;
import io.tallygate.kernel.Await;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
final class IncrementStreamTest {

    private final GatedStore store = new GatedStore();
    private final TestServer server = new TestServer(Map.of("tallygate.grpc.streams-max", "3",
            "tallygate.commit.timeout", "10s"), store);
    private final String session = UUID.randomUUID().toString();

    @AfterEach
    void stop() {
        store.open();
        server.close();
    }

    private TestSession open() {
        return new TestSession(server.channel, session, true, true).started();
    }

    @Test
    void frames_inOrder_areAcknowledgedWithTheirValues() {
        TestSession stream = open();
        stream.send(frame(1, "a", "b"));
        stream.send(Frame.newBuilder().setSequence(2).addCounters(TestServer.key("a"))
                .addCounterIndexes(0).addCounterIndexes(0).addDeltas(10).addDeltas(-3));

        FrameAck first = stream.next().ack();
        assertThat(first.getSequence()).isEqualTo(1);
        assertThat(first.getValuesList()).containsExactly(1L, 1L);
        assertThat(stream.next().ack().getValuesList()).containsExactly(11L, 8L);
        stream.halfClose();
        assertThat(stream.next().isEnd()).isTrue();
        assertThat(server.value("a")).isEqualTo(8);
    }

    @Test
    void frames_halfClosedAtOnce_areAllStoredBeforeTheEnd() {
        TestSession stream = open();
        for (int i = 1; i <= 20; i++) {
            stream.send(frame(i, "half"));
        }
        stream.halfClose();
        for (int i = 1; i <= 20; i++) {
            assertThat(stream.next().ack().getSequence()).isEqualTo(i);
        }
        assertThat(stream.next().isEnd()).isTrue();
        assertThat(server.value("half")).isEqualTo(20);
    }

    @Test
    void frame_sentAgain_countsOnceAndIsAcknowledgedAsBefore() {
        TestSession stream = open();
        stream.send(frame(7, "again"));
        assertThat(stream.next().ack().getValuesList()).containsExactly(1L);
        stream.cancel();
        TestSession resumed = open();
        resumed.send(frame(7, "again"));
        resumed.send(frame(8, "again"));
        assertThat(resumed.next().ack().getValuesList()).containsExactly(1L);
        assertThat(resumed.next().ack().getValuesList()).containsExactly(2L);
        resumed.cancel();
        TestSession late = open();
        late.send(frame(7, "again"));
        FrameAck ack = late.next().ack();
        assertThat(ack.getOutcomesUnknown()).as("a later one was stored").isTrue();
        assertThat(ack.getValuesList()).isEmpty();
        assertThat(server.value("again")).isEqualTo(2);
    }

    @Test
    void frame_wouldLeaveTheRange_isAcknowledgedAsRefused() {
        TestSession stream = open();
        var max = Frame.newBuilder().setSequence(1).addCounters(TestServer.key("over"));
        for (int i = 0; i < 1025; i++) {
            max.addCounterIndexes(0).addDeltas(1L << 53);
        }
        stream.send(max);
        FrameAck ack = stream.next().ack();
        assertThat(ack.getRefusedList()).containsExactly(1023, 1024);
        assertThat(ack.getValues(1023)).isZero();
        assertThat(server.value("over")).isEqualTo(1023L << 53);
    }

    @Test
    void valuesNotWanted_areNotSent() {
        var stream = new TestSession(server.channel, session).started();
        stream.send(frame(1, "silent"));
        assertThat(stream.next().ack().getValuesCount()).isZero();
    }

    @Test
    void frames_moreThanInFlight_stayUnreadUntilSomeAreAcknowledged() throws InterruptedException {
        store.shut();
        TestSession stream = open();
        byte[] filler = new byte[200];
        String name = "f".repeat(filler.length);
        int sent = 0;
        while (stream.out().isReady() && sent < 5_000) {
            var frame = Frame.newBuilder().setSequence(++sent);
            for (int i = 0; i < 50; i++) {
                frame.addCounters(TestServer.key(name + i)).addCounterIndexes(i);
            }
            stream.send(frame);
            Thread.sleep(1);
        }
        assertThat(sent).as("the client's sending stalls").isLessThan(200);
        Await.until("a frame is at the store", () -> store.entered() > 0);
        assertThat(store.entered()).as("one frame at a time at the store").isEqualTo(1);
        store.open();
        for (int i = 1; i <= sent; i++) {
            assertThat(stream.next().ack().getSequence()).isEqualTo(i);
        }
        assertThat(server.value(name + 0)).isEqualTo(sent);
    }

    @Test
    void acknowledgementsNotTaken_stopTheReading() throws InterruptedException {
        TestSession deaf = new TestSession(server.channel, session, true, false).started();
        var frame = Frame.newBuilder().addCounters(TestServer.key("deaf"));
        for (int i = 0; i < 8192; i++) {
            frame.addCounterIndexes(0);
        }
        int sent = 0;
        long idleSince = System.nanoTime();
        while (System.nanoTime() - idleSince < 1_000_000_000L && sent < 2_000) {
            if (deaf.out().isReady()) {
                deaf.send(frame.setSequence(++sent));
                idleSince = System.nanoTime();
            }
            Thread.sleep(1);
        }
        assertThat(sent).as("frames that were taken, with nobody to read what they made").isLessThan(500);
    }

    @Test
    void session_takenUpByAnotherStream_endsTheFirstAndWaitsForItsFrame() {
        store.shut();
        TestSession first = open();
        first.send(frame(1, "taken"));
        Await.until("a frame is at the store", () -> store.entered() > 0);
        TestSession second = open();
        assertRefused(Status.Code.ABORTED, "SESSION_TAKEN_OVER", first.next().status());
        second.send(frame(1, "taken"));
        second.send(frame(2, "taken"));
        assertThat(second.nextWithin(200)).as("nothing is acknowledged yet").isNull();
        store.open();
        assertThat(second.next().ack().getValuesList()).containsExactly(1L);
        assertThat(second.next().ack().getValuesList()).containsExactly(2L);
        assertThat(server.value("taken")).isEqualTo(2);
    }

    @Test
    void storeFails_endsTheStreamAsUnavailableAndItCanBeResumed() {
        TestSession stream = open();
        stream.send(frame(1, "away"));
        assertThat(stream.next().ack().getSequence()).isEqualTo(1);
        try (var impatient = new TestServer(Map.of("tallygate.commit.timeout", "100ms"), store)) {
            store.shut();
            var timedOut = new TestSession(impatient.channel, UUID.randomUUID().toString()).started();
            timedOut.send(frame(1, "away"));
            var failure = timedOut.next().status();
            assertRefused(Status.Code.UNAVAILABLE, "COMMIT_TIMEOUT", failure);
            assertThat(TestServer.detail(failure, RetryInfo.class)).isPresent();
            store.open();
        }
        stream.send(frame(2, "away"));
        assertThat(stream.next().ack().getSequence()).isEqualTo(2);
    }

    @Test
    void storeBreaks_endsTheStreamAsInternalWithoutItsInsides() {
        TestSession stream = open();
        store.broken(true);
        stream.send(frame(1, "broken"));
        var failure = stream.next().status();
        assertRefused(Status.Code.INTERNAL, "INTERNAL_ERROR", failure);
        assertThat(failure.getMessage()).doesNotContain("inside");
        store.broken(false);
    }

    @Test
    void streams_beyondTheBound_areRefusedUntilOneEnds() {
        TestSession[] open = new TestSession[3];
        for (int i = 0; i < 3; i++) {
            open[i] = new TestSession(server.channel, UUID.randomUUID().toString()).started();
        }
        var failure = new TestSession(server.channel, session).next().status();
        assertRefused(Status.Code.RESOURCE_EXHAUSTED, "OVERLOADED", failure);
        assertThat(TestServer.detail(failure, RetryInfo.class)).isPresent();
        open[0].halfClose();
        assertThat(open[0].next().isEnd()).isTrue();
        open[1].cancel();
        TestSession.Event event = new TestSession(server.channel, session).next();
        assertThat(event.message()).as("%s", event).isNotNull();
    }

    @Test
    void message_breaksARule_endsTheStreamNamingTheField() {
        assertInvalid("frame.sequence", frame(0, "x"));
        assertInvalid("frame.sequence", frame((1L << 61) + 1, "x"));
        assertInvalid("frame.counters", Frame.newBuilder().setSequence(1).addCounterIndexes(0));
        assertInvalid("frame.counters[1].resource_id", frame(1, "x", ""));
        assertInvalid("frame.counter_indexes",
                Frame.newBuilder().setSequence(1).addCounters(TestServer.key("x")));
        assertInvalid("frame.counter_indexes[1]", frame(1, "x").addCounterIndexes(1));
        assertInvalid("frame.counter_indexes[1]", frame(1, "x").addCounterIndexes(-1));
        assertInvalid("frame.deltas", frame(1, "x").addDeltas(1).addDeltas(2));
        assertInvalid("frame.deltas[0]", frame(1, "x").addDeltas(0));
        var tooMany = Frame.newBuilder().setSequence(1).addCounters(TestServer.key("x"));
        for (int i = 0; i <= 8192; i++) {
            tooMany.addCounterIndexes(0);
        }
        assertInvalid("frame.counter_indexes", tooMany);
        assertInvalidFirst("frame", StreamIncrementsRequest.newBuilder().setFrame(frame(1, "x")).build());
        assertInvalidFirst("message", StreamIncrementsRequest.getDefaultInstance());
        for (String wrong : new String[]{"", "short", "x".repeat(65), "a:b".repeat(10)}) {
            assertInvalidFirst("start.session_id", StreamIncrementsRequest.newBuilder()
                    .setStart(SessionStart.newBuilder().setSessionId(wrong)).build());
        }
        TestSession twice = open();
        twice.send(StreamIncrementsRequest.newBuilder()
                .setStart(SessionStart.newBuilder().setSessionId(session)).build());
        assertInvalid("start", twice.next());
        TestSession gap = open();
        gap.send(frame(5, "y"));
        assertThat(gap.next().ack().getSequence()).isEqualTo(5);
        gap.send(frame(7, "y"));
        assertInvalid("frame.sequence", gap.next());
        assertThat(server.value("x")).isZero();
    }

    private void assertInvalid(String field, Frame.Builder frame) {
        TestSession stream = open();
        stream.send(frame);
        assertInvalid(field, stream.next());
    }

    private void assertInvalidFirst(String field, StreamIncrementsRequest first) {
        var stream = new TestSession(server.channel);
        stream.send(first);
        assertInvalid(field, stream.next());
    }

    private static void assertInvalid(String field, TestSession.Event event) {
        var failure = event.status();
        assertRefused(Status.Code.INVALID_ARGUMENT, "INVALID_INPUT", failure);
        assertThat(TestServer.detail(failure, BadRequest.class).orElseThrow().getFieldViolationsList())
                .extracting(BadRequest.FieldViolation::getField).contains(field);
    }

    @Test
    void halfClosed_withoutASession_ends() {
        var stream = new TestSession(server.channel);
        stream.halfClose();
        assertThat(stream.next().isEnd()).isTrue();
    }

    @Test
    void drain_framesInFlight_areAcknowledgedBeforeTheStreamEnds() throws InterruptedException {
        store.shut();
        TestSession stream = open();
        TestSession idle = new TestSession(server.channel, UUID.randomUUID().toString()).started();
        for (int i = 1; i <= 3; i++) {
            stream.send(frame(i, "drained"));
        }
        Await.until("a frame is at the store", () -> store.entered() > 0);
        // A connection's frames are read in their order: with this answer the server has had the other two.
        assertThat(server.value("drained")).isZero();
        Thread draining = Thread.ofVirtual().start(() -> server.drain());
        assertRefused(Status.Code.UNAVAILABLE, "SHUTTING_DOWN", idle.next().status());
        store.open();
        int acknowledged = 0;
        TestSession.Event event = stream.next();
        for (; event.message() != null; event = stream.next()) {
            acknowledged++;
        }
        assertRefused(Status.Code.UNAVAILABLE, "SHUTTING_DOWN", event.status());
        draining.join();
        assertThat(acknowledged).isEqualTo(3);
        assertThat(io.tallygate.counter.CounterKey.of("drained", "likes"))
                .satisfies(key -> assertThat(store.read(java.util.List.of(key))).containsExactly(3));
    }
}
