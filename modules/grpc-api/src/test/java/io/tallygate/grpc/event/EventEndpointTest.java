package io.tallygate.grpc.event;

import static io.tallygate.grpc.Refusals.assertInvalid;
import static io.tallygate.grpc.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.rpc.BadRequest;
import io.grpc.Status;
import io.tallygate.event.Delivery;
import io.tallygate.event.EventHandler;
import io.tallygate.event.v1.AppendRequest;
import io.tallygate.event.v1.AttributeValue;
import io.tallygate.event.v1.CountDeadLettersRequest;
import io.tallygate.event.v1.DeadLetter;
import io.tallygate.event.v1.DeadLetterFilter;
import io.tallygate.event.v1.Event;
import io.tallygate.event.v1.EventServiceGrpc;
import io.tallygate.event.v1.EventServiceGrpc.EventServiceBlockingStub;
import io.tallygate.event.v1.GetDeadLetterRequest;
import io.tallygate.event.v1.GetLagRequest;
import io.tallygate.event.v1.GetReplayRequest;
import io.tallygate.event.v1.GroupLag;
import io.tallygate.event.v1.ListDeadLettersRequest;
import io.tallygate.event.v1.ListDeadLettersResponse;
import io.tallygate.event.v1.Payload;
import io.tallygate.event.v1.PurgeAllRequest;
import io.tallygate.event.v1.PurgeRequest;
import io.tallygate.event.v1.ReplayAllRequest;
import io.tallygate.event.v1.ReplayRequest;
import io.tallygate.event.v1.ReplayRun;
import io.tallygate.event.v1.ResumeRequest;
import io.tallygate.event.v1.TopicCount;
import io.tallygate.grpc.TestServer;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.OracleStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events over a real connection, on a ledger whose store is a model. */
@Timeout(180)
final class EventEndpointTest {

    private static final String TOPIC = "things";

    /** Refuses events of these types. */
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private TestServer server;

    private final class Handler implements EventHandler {
        @Override
        public String topic() {
            return TOPIC;
        }

        @Override
        public String group() {
            return "group";
        }

        @Override
        public CompletionStage<?> handle(Delivery delivery) {
            return refused.contains(delivery.event().type())
                    ? CompletableFuture.failedFuture(new InvalidInputException("data.x", "y", "must be better"))
                    : CompletableFuture.completedFuture(delivery);
        }
    }

    @BeforeEach
    void start() {
        server = new TestServer(Map.of(), new OracleStore(new OracleStore.Data()),
                context -> context.registerSingleton(EventHandler.class, new Handler()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private EventServiceBlockingStub stub() {
        return EventServiceGrpc.newBlockingStub(server.channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private static Payload json(String text) {
        return Payload.newBuilder().setJson(ByteString.copyFromUtf8(text)).build();
    }

    private static Event.Builder event(String id, String type) {
        return Event.newBuilder().setId(id).setSource("/s").setType(type).setSubject("k").setData(json("{\"a\": 1}"));
    }

    private void append(Event.Builder... events) {
        var request = AppendRequest.newBuilder().setTopic(TOPIC);
        List.of(events).forEach(request::addEvents);
        var _ = stub().append(request.build());
        Await.until("all is done", () -> lag().getPartitionsList().stream()
                .allMatch(part -> part.getPosition() == part.getEnd()));
    }

    private GroupLag lag() {
        return stub().getLag(GetLagRequest.newBuilder().setTopic(TOPIC).build()).getGroups(0);
    }

    private ListDeadLettersResponse list(DeadLetterFilter filter, String cursor, int limit) {
        return stub().listDeadLetters(ListDeadLettersRequest.newBuilder().setTopic(TOPIC).setFilter(filter)
                .setCursor(cursor).setLimit(limit).build());
    }

    private DeadLetter get(String id) {
        return stub().getDeadLetter(GetDeadLetterRequest.newBuilder().setTopic(TOPIC).setId(id).build())
                .getDeadLetter();
    }

    private List<DeadLetter> all() {
        return list(DeadLetterFilter.getDefaultInstance(), "", 0).getDeadLettersList();
    }

    @Test
    void append_ofGoodEvents_hasThemHandled() {
        append(event("1", "good").putAttributes("time",
                AttributeValue.newBuilder().setText("2026-01-31T12:00:00Z").build()), event("2", "good"));
        assertThat(lag().getGroup()).isEqualTo("group");
        assertThat(lag().getStopped()).isFalse();
        assertThat(lag().getPartitionsList().stream().mapToLong(part -> part.getEnd()).sum()).isEqualTo(2);
        var _ = stub().resume(ResumeRequest.newBuilder().setTopic(TOPIC).build());
        assertThat(stub().countDeadLetters(CountDeadLettersRequest.getDefaultInstance()).getTopicsList())
                .containsExactly(TopicCount.newBuilder().setTopic(TOPIC).build());
    }

    @Test
    void deadLetter_always_isListedToldWholeEditedReplayedAndPurged() {
        refused.add("bad");
        append(event("1", "bad").putAttributes("n", AttributeValue.newBuilder().setInteger(7).build())
                .putAttributes("f", AttributeValue.newBuilder().setBoolean(true).build())
                .putAttributes("t", AttributeValue.newBuilder().setText("x").build()),
                event("2", "bad").clearSubject().setData(
                        Payload.newBuilder().setBinary(ByteString.copyFromUtf8("\1\2"))),
                event("3", "bad").clearData());

        ListDeadLettersResponse first = list(DeadLetterFilter.newBuilder().setError("invalid-input").setType("bad")
                .setAfter(Timestamp.newBuilder().setSeconds(1)).build(), "", 2);
        assertThat(first.getDeadLettersCount()).isEqualTo(2);
        assertThat(list(DeadLetterFilter.getDefaultInstance(), first.getNextCursor(), 2)).satisfies(second -> {
            assertThat(second.getDeadLettersCount()).isEqualTo(1);
            assertThat(second.hasNextCursor()).isFalse();
        });
        assertThat(all()).noneMatch(letter -> letter.getEvent().hasData());
        DeadLetter one = all().stream().filter(letter -> letter.getEvent().getId().equals("1")).findFirst()
                .orElseThrow();
        assertThat(one.getState()).isEqualTo(DeadLetter.State.STATE_DEAD);
        assertThat(one.getMessage()).isEqualTo("data.x is 'y' and must be better");
        assertThat(get(one.getId()).getEvent()).isEqualTo(event("1", "bad")
                .putAttributes("n", AttributeValue.newBuilder().setInteger(7).build())
                .putAttributes("f", AttributeValue.newBuilder().setBoolean(true).build())
                .putAttributes("t", AttributeValue.newBuilder().setText("x").build()).build());
        assertThat(all().stream().map(letter -> get(letter.getId()).getEvent()).filter(Event::hasData)
                .map(event -> event.getData().getKindCase()))
                .containsExactlyInAnyOrder(Payload.KindCase.JSON, Payload.KindCase.BINARY);

        refused.clear();
        var edited = ReplayRequest.newBuilder().setTopic(TOPIC).setId(one.getId()).setData(json("[2]")).build();
        assertThat(stub().replay(edited).getDeadLetter().getId()).isEqualTo(one.getId());
        Await.until("it is replayed", () -> get(one.getId()).getState() == DeadLetter.State.STATE_REPLAYED);
        assertThat(get(one.getId()).getEditedData()).isEqualTo(json("[2]"));
        assertThat(get(one.getId()).hasReplayedAt()).isTrue();

        assertThat(stub().replayAll(ReplayAllRequest.newBuilder().setTopic(TOPIC).setDryRun(true).build()))
                .satisfies(dry -> {
                    assertThat(dry.getMatched()).isEqualTo(2);
                    assertThat(dry.hasReplay()).isFalse();
                });
        var filter = DeadLetterFilter.newBuilder().setBefore(Timestamp.newBuilder().setSeconds(4_000_000_000L));
        ReplayRun run = stub().replayAll(ReplayAllRequest.newBuilder().setTopic(TOPIC).setFilter(filter).build())
                .getReplay();
        assertThat(run.getRate()).isEqualTo(100);
        assertThat(run.getFilter()).isEqualTo(filter.build());
        var asked = GetReplayRequest.newBuilder().setId(run.getId()).build();
        Await.until("it has ended", () -> stub().getReplay(asked).getReplay().hasEndedAt());
        assertThat(stub().getReplay(asked).getReplay().getSucceeded()).isEqualTo(2);

        var purge = PurgeRequest.newBuilder().setTopic(TOPIC).setId(one.getId()).build();
        assertThat(stub().purge(purge).getPurged().getId()).isEqualTo(one.getId());
        assertThat(stub().purge(purge).hasPurged()).isFalse();
        refused.add("bad");
        append(event("4", "bad"));
        assertThat(stub().purgeAll(PurgeAllRequest.newBuilder().setTopic(TOPIC)
                .setBefore(Timestamp.newBuilder().setSeconds(4_000_000_000L)).build()).getPurged()).isEqualTo(1);
    }

    /** A page that would not fit into a message is told in parts. */
    @Test
    void list_ofMoreThanAMessageHolds_goesOnBehindWhatItTells() {
        refused.add("bad");
        var value = AttributeValue.newBuilder().setText("ä".repeat(1_024)).build();
        var events = new Event.Builder[120];
        for (int i = 0; i < events.length; i++) {
            events[i] = event(Integer.toString(i), "bad");
            for (int name = 0; name < 20; name++) {
                events[i].putAttributes("a" + name, value);
            }
        }
        for (int from = 0; from < events.length; from += 40) {
            append(Arrays.copyOfRange(events, from, from + 40));
            var _ = stub().resume(ResumeRequest.newBuilder().setTopic(TOPIC).build());
        }
        Await.until("all are dead", () -> stub().countDeadLetters(CountDeadLettersRequest.getDefaultInstance())
                .getTopics(0).getDeadLetters() == events.length);
        ListDeadLettersResponse first = list(DeadLetterFilter.getDefaultInstance(), "", 1_000);
        assertThat(first.getDeadLettersCount()).isBetween(1, events.length - 1);
        assertThat(first.getNextCursor()).isEqualTo(
                first.getDeadLetters(first.getDeadLettersCount() - 1).getId());
        ListDeadLettersResponse second = list(DeadLetterFilter.getDefaultInstance(), first.getNextCursor(), 1_000);
        assertThat(first.getDeadLettersCount() + second.getDeadLettersCount()).isEqualTo(events.length);
    }

    @Test
    void request_breakingRules_namesEachField() {
        var failure = assertRefused(Status.Code.INVALID_ARGUMENT, "INVALID_INPUT",
                () -> stub().append(AppendRequest.newBuilder().setTopic(TOPIC).addEvents(event("", "t"))
                        .addEvents(event("1", "t")).addEvents(event("1", "t").setData(json("{")))
                        .addEvents(event("1", "t").setData(Payload.getDefaultInstance()))
                        .addEvents(event("1", "t").putAttributes("x", AttributeValue.getDefaultInstance()))
                        .addEvents(event("1", "t").setData(json("1 2")))
                        .addEvents(event("1", "t").setData(Payload.newBuilder()
                                .setJson(ByteString.copyFrom(new byte[]{'"', -1, '"'}))))
                        .build()));
        assertThat(TestServer.detail(failure, BadRequest.class).orElseThrow().getFieldViolationsList())
                .extracting(BadRequest.FieldViolation::getField).containsExactly("events[0].id", "events[2].data",
                        "events[3].data", "events[4].x", "events[5].data", "events[6].data");
        assertInvalid("events", () -> stub().append(AppendRequest.newBuilder().setTopic(TOPIC).build()));
        assertInvalid("topic", () -> stub().append(AppendRequest.newBuilder().addEvents(event("1", "t")).build()));
        assertInvalid("limit", () -> list(DeadLetterFilter.getDefaultInstance(), "", -1));
        assertInvalid("cursor", () -> list(DeadLetterFilter.getDefaultInstance(), "\1", 1));
        assertInvalid("filter.error", () -> list(DeadLetterFilter.newBuilder().setError("").build(), "", 1));
        assertInvalid("filter.type", () -> list(DeadLetterFilter.newBuilder().setType("").build(), "", 1));
        assertInvalid("before", () -> stub().purgeAll(PurgeAllRequest.newBuilder().setTopic(TOPIC).build()));
        assertInvalid("rate",
                () -> stub().replayAll(ReplayAllRequest.newBuilder().setTopic(TOPIC).setRate(-1).build()));
    }

    @Test
    void request_forWhatIsNotThere_isNotFound() {
        assertRefused(Status.Code.NOT_FOUND, "UNKNOWN_TOPIC", () -> stub()
                .append(AppendRequest.newBuilder().setTopic("nothing").addEvents(event("1", "t")).build()));
        assertRefused(Status.Code.NOT_FOUND, "UNKNOWN_DEAD_LETTER", () -> get("x"));
        assertRefused(Status.Code.NOT_FOUND, "UNKNOWN_REPLAY",
                () -> stub().getReplay(GetReplayRequest.newBuilder().setId("x").build()));
    }
}
