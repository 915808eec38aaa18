package io.tallygate.contract;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.StatusRuntimeException;
import io.tallygate.contract.GrpcRoute.Inexpressible;
import io.tallygate.event.v1.AppendRequest;
import io.tallygate.event.v1.CountDeadLettersRequest;
import io.tallygate.event.v1.DeadLetterFilter;
import io.tallygate.event.v1.EventServiceGrpc;
import io.tallygate.event.v1.EventServiceGrpc.EventServiceBlockingStub;
import io.tallygate.event.v1.GetDeadLetterRequest;
import io.tallygate.event.v1.GetLagRequest;
import io.tallygate.event.v1.GetReplayRequest;
import io.tallygate.event.v1.ListDeadLettersRequest;
import io.tallygate.event.v1.PurgeAllRequest;
import io.tallygate.event.v1.PurgeRequest;
import io.tallygate.event.v1.ReplayAllRequest;
import io.tallygate.event.v1.ReplayRequest;
import io.tallygate.event.v1.ResumeRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code tallygate.event.v1.EventService} for events and dead letters. */
final class EventRoutes {

    private static final String TOPIC = "/api/v1/events/*";
    private static final String LETTERS = EventApi.DLQ + "/*";
    private static final String LETTER = LETTERS + "/*";

    static final List<GrpcRoute> ALL = List.of(new GrpcRoute("POST", TOPIC, EventRoutes::append),
            new GrpcRoute("GET", TOPIC + "/lag", EventRoutes::lag),
            new GrpcRoute("POST", TOPIC + "/resume", EventRoutes::resume),
            new GrpcRoute("GET", EventApi.DLQ, EventRoutes::counts),
            new GrpcRoute("GET", LETTERS, EventRoutes::filtered, EventRoutes::list),
            new GrpcRoute("GET", EventApi.DLQ + "/replays/*", EventRoutes::run),
            new GrpcRoute("GET", LETTER, EventRoutes::get),
            new GrpcRoute("POST", LETTERS + "/replay", EventRoutes::filtered, EventRoutes::replayAll),
            new GrpcRoute("POST", LETTERS + "/purge", EventRoutes::purgeAll),
            new GrpcRoute("POST", LETTER + "/replay", EventRoutes::replay),
            new GrpcRoute("DELETE", LETTER, EventRoutes::purge));

    private EventRoutes() {}

    /** What HTTP calls a field of a filter. */
    private static String filtered(String field) {
        return field.replace("filter.", "");
    }

    private static EventServiceBlockingStub service(GrpcExchange exchange) {
        return exchange.service(EventServiceGrpc::newBlockingStub);
    }

    private static HttpListener.Response append(GrpcExchange exchange) {
        EventMessages.Requested requested = EventMessages.requested(exchange);
        var request = AppendRequest.newBuilder().setTopic(exchange.name(0)).addAllEvents(requested.events()).build();
        try {
            var _ = service(exchange).append(request);
        } catch (StatusRuntimeException e) {
            if (!GrpcProblems.isFromTheServer(e)) {
                throw e;
            }
            return GrpcProblems.response(e, requested.single() ? name -> name.replace("events[0].", "") : name -> name);
        }
        return GrpcFields.json(202, Json.object("accepted", request.getEventsCount()));
    }

    private static HttpListener.Response lag(GrpcExchange exchange) {
        var request = GetLagRequest.newBuilder().setTopic(exchange.name(0)).build();
        return GrpcFields.json(200, Json.object("topic", exchange.name(0), "groups", service(exchange)
                .getLag(request).getGroupsList().stream().map(EventMessages::lag).toList()));
    }

    private static HttpListener.Response resume(GrpcExchange exchange) {
        var _ = service(exchange).resume(ResumeRequest.newBuilder().setTopic(exchange.name(0)).build());
        return noContent();
    }

    private static HttpListener.Response noContent() {
        return new HttpListener.Response(204, Map.of(), new byte[0]);
    }

    private static HttpListener.Response counts(GrpcExchange exchange) {
        var response = service(exchange).countDeadLetters(CountDeadLettersRequest.getDefaultInstance());
        return GrpcFields.json(200, Json.object("topics", response.getTopicsList().stream()
                .map(topic -> Json.object("topic", topic.getTopic(), "dead_letters", topic.getDeadLetters()))
                .toList()));
    }

    private static HttpListener.Response list(GrpcExchange exchange) {
        exchange.requireParameters(Set.of("error", "type", "after", "limit", "cursor"));
        var filter = DeadLetterFilter.newBuilder();
        exchange.parameter("error").ifPresent(filter::setError);
        exchange.parameter("type").ifPresent(filter::setType);
        exchange.parameter("after").map(GrpcFields::timestamp).ifPresent(filter::setAfter);
        var request = ListDeadLettersRequest.newBuilder().setTopic(exchange.name(0)).setFilter(filter);
        exchange.parameter("limit").ifPresent(limit -> request.setLimit(notZero(GrpcFields.int32(limit))));
        exchange.parameter("cursor").ifPresent(cursor -> {
            if (cursor.isEmpty()) {
                throw new Inexpressible("an empty cursor is that of the first page");
            }
            request.setCursor(cursor);
        });
        var response = service(exchange).listDeadLetters(request.build());
        var page = Json.object("dead_letters",
                response.getDeadLettersList().stream().map(EventMessages::deadLetter).toList());
        if (response.hasNextCursor()) {
            page.put("next_cursor", response.getNextCursor());
        }
        return GrpcFields.json(200, page);
    }

    private static int notZero(int value) {
        if (value == 0) {
            throw new Inexpressible("0 is the default");
        }
        return value;
    }

    private static HttpListener.Response get(GrpcExchange exchange) {
        var request = GetDeadLetterRequest.newBuilder().setTopic(exchange.name(0)).setId(exchange.name(1)).build();
        return GrpcFields.json(200,
                EventMessages.deadLetter(service(exchange).getDeadLetter(request).getDeadLetter()));
    }

    private static HttpListener.Response replay(GrpcExchange exchange) {
        JsonNode body = exchange.body();
        GrpcFields.requireMembers(body, Set.of("data"));
        var request = ReplayRequest.newBuilder().setTopic(exchange.name(0)).setId(exchange.name(1));
        if (body.has("data")) {
            request.setData(EventMessages.json(body.get("data")));
        }
        var letter = EventMessages.deadLetter(service(exchange).replay(request.build()).getDeadLetter());
        boolean over = "replayed".equals(letter.get("state"));
        var answer = new LinkedHashMap<String, Object>();
        answer.put("id", letter.get("id"));
        answer.put("topic", letter.get("topic"));
        answer.put("state", over ? "replayed" : "accepted");
        if (over) {
            answer.put("replayed_at", letter.get("replayed_at"));
        }
        return GrpcFields.json(over ? 200 : 202, answer);
    }

    private static HttpListener.Response replayAll(GrpcExchange exchange) {
        JsonNode body = exchange.body();
        GrpcFields.requireMembers(body, Set.of("error", "type", "after", "before", "rate", "dry_run"));
        var filter = DeadLetterFilter.newBuilder();
        GrpcFields.text(body, "error", filter::setError);
        GrpcFields.text(body, "type", filter::setType);
        GrpcFields.text(body, "after", time -> filter.setAfter(GrpcFields.timestamp(time)));
        GrpcFields.text(body, "before", time -> filter.setBefore(GrpcFields.timestamp(time)));
        var request = ReplayAllRequest.newBuilder().setTopic(exchange.name(0)).setFilter(filter);
        if (body.has("rate")) {
            request.setRate(notZero(GrpcFields.int32(body.get("rate").asText())));
        }
        GrpcFields.bool(body, "dry_run", request::setDryRun);
        var response = service(exchange).replayAll(request.build());
        return response.hasReplay()
                ? GrpcFields.json(202, EventMessages.run(response.getReplay()))
                : GrpcFields.json(200, Json.object("matched", response.getMatched()));
    }

    private static HttpListener.Response run(GrpcExchange exchange) {
        var request = GetReplayRequest.newBuilder().setId(exchange.name(0)).build();
        return GrpcFields.json(200, EventMessages.run(service(exchange).getReplay(request).getReplay()));
    }

    private static HttpListener.Response purge(GrpcExchange exchange) {
        var _ = service(exchange).purge(
                PurgeRequest.newBuilder().setTopic(exchange.name(0)).setId(exchange.name(1)).build());
        return noContent();
    }

    private static HttpListener.Response purgeAll(GrpcExchange exchange) {
        JsonNode body = exchange.body();
        GrpcFields.requireMembers(body, Set.of("before"));
        var request = PurgeAllRequest.newBuilder().setTopic(exchange.name(0));
        GrpcFields.text(body, "before", time -> request.setBefore(GrpcFields.timestamp(time)));
        var _ = service(exchange).purgeAll(request.build());
        return noContent();
    }
}
