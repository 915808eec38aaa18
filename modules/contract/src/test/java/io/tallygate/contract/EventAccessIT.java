package io.tallygate.contract;

import static io.tallygate.contract.EventApi.COUNTER_EVENTS;
import static io.tallygate.contract.EventApi.event;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Who may append events, look at how far they are, and see to dead letters. */
@OwnDeployment
@StoreDoesNotMatter
class EventAccessIT extends EventSuite {

    private static final String READER = "reader-secret-8c1d";
    private static final String WRITER = "writer-secret-27aa";
    private static final String ADMIN = "admin-secret-93be";

    @Override
    Launch launch() {
        return super.launch().token("reader", READER, "read").token("writer", WRITER, "write")
                .token("admin", ADMIN, "admin");
    }

    private static String letters(String path) {
        return EventApi.DLQ + "/" + COUNTER_EVENTS + path;
    }

    private final List<Function<Api, Answer>> reads = List
            .of(caller -> caller.get(EventApi.path(COUNTER_EVENTS) + "/lag"));
    private final List<Function<Api, Answer>> writes = List.of(caller -> new EventApi(caller).append(COUNTER_EVENTS,
            List.of(event(freshEvent(), "k", EventApi.increment(freshCounter(), 1)))));
    private final List<Function<Api, Answer>> admins = List.of(
            caller -> caller.post(EventApi.path(COUNTER_EVENTS) + "/resume", Map.of()),
            caller -> caller.get(EventApi.DLQ), caller -> caller.get(letters("")), caller -> caller.get(letters("/x")),
            caller -> caller.post(letters("/x/replay"), Map.of()),
            caller -> caller.post(letters("/replay"), Json.object("dry_run", true)),
            caller -> caller.get(EventApi.DLQ + "/replays/x"), caller -> caller.delete(letters("/x")),
            caller -> caller.post(letters("/purge"), Json.object("before", "2020-01-01T00:00:00Z")));

    private static void assertAllowed(Answer answer) {
        assertThat(answer).hasStatusIn(200, 202, 204, 404);
    }

    @Test
    void aScopeOpensWhatItNamesAndNothingElse() {
        var kinds = List.of(reads, writes, admins);
        var tokens = List.of(READER, WRITER, ADMIN);
        for (int token = 0; token < tokens.size(); token++) {
            for (int kind = 0; kind < kinds.size(); kind++) {
                for (Function<Api, Answer> request : kinds.get(kind)) {
                    Answer answer = request.apply(api.as(tokens.get(token)));
                    if (token == kind) {
                        assertAllowed(answer);
                    } else {
                        assertThat(answer).isProblem(403);
                    }
                    assertThat(request.apply(api)).isProblem(401);
                }
            }
        }
    }
}
