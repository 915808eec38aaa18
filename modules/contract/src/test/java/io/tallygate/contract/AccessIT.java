package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A deployment with tokens: who may do what. */
@OwnDeployment
@StoreDoesNotMatter
class AccessIT extends Suite {

    private static final String READER = "reader-secret-5b0c";
    private static final String WRITER = "writer-secret-91de";
    private static final String ADMIN = "admin-secret-77af";
    private static final String ALL = "all-secret-c3d2";

    @Override
    Launch launch() {
        return Launch.patient().token("reader", READER, "read").token("writer", WRITER, "write")
                .token("admin", ADMIN, "admin").token("all", ALL, "read,write,admin");
    }

    /** One request for each address of the API. */
    private List<Function<Api, Answer>> requests() {
        var requests = new ArrayList<Function<Api, Answer>>();
        requests.addAll(reads());
        requests.addAll(writes());
        requests.add(caller -> caller.delete(freshCounter().path()));
        return requests;
    }

    private List<Function<Api, Answer>> reads() {
        return List.of(caller -> caller.get(freshCounter().path()),
                caller -> caller.get("/api/v1/leaderboard/likes?window=all&limit=10"),
                caller -> caller.post(CounterApi.BATCH_GET, Json.object("queries",
                        List.of(Json.object("resource_id", "a", "counter_type", "b")))));
    }

    private List<Function<Api, Answer>> writes() {
        return List.of(caller -> caller.post(CounterApi.INCREMENT, Json.increment(freshCounter(), 1)),
                caller -> new CounterApi(caller).batchIncrement(List.of(Json.increment(freshCounter(), 1))));
    }

    @Test
    void withoutATokenNothingOfTheApiIsOpen() {
        requests().forEach(request -> assertUnauthorized(request.apply(api)));
    }

    @Test
    void withAnUnknownTokenNothingOfTheApiIsOpen() {
        for (String wrong : List.of("wrong", READER + "x", READER.substring(1), Launch.sha256(READER), "a b")) {
            requests().forEach(request -> assertUnauthorized(request.apply(api.as(wrong))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic cmVhZGVyOnJlYWRlcg==", "Bearer", "Bearer ", "reader-secret-5b0c",
            "Token reader-secret-5b0c"})
    void anotherSchemeIsNoToken(String authorization) {
        assertUnauthorized(
                api.send("GET", freshCounter().path(), BodyPublishers.noBody(), "Authorization", authorization));
    }

    @Test
    void theSchemesNameMayBeWrittenInAnyCase() {
        Answer answer = api.send("GET", freshCounter().path(), BodyPublishers.noBody(), "Authorization",
                "bearer " + READER);
        assertThat(answer).isOk();
    }

    @Test
    void aScopeOpensWhatItNamesAndNothingElse() {
        reads().forEach(read -> assertSuccess(read.apply(api.as(READER))));
        writes().forEach(write -> assertThat(write.apply(api.as(READER))).isProblem(403));
        assertThat(api.as(READER).delete(freshCounter().path())).isProblem(403);

        writes().forEach(write -> assertSuccess(write.apply(api.as(WRITER))));
        reads().forEach(read -> assertThat(read.apply(api.as(WRITER))).isProblem(403));
        assertThat(api.as(WRITER).delete(freshCounter().path())).isProblem(403);

        assertSuccess(api.as(ADMIN).delete(freshCounter().path()));
        requests().forEach(request -> assertSuccess(request.apply(api.as(ALL))));
    }

    @Test
    void whoMayNotChangesNothing() {
        Counter counter = freshCounter();
        counterApi.as(WRITER).increment(counter, 5);
        assertThat(api.as(READER).post(CounterApi.INCREMENT, Json.increment(counter, 1))).isProblem(403);
        assertUnauthorized(api.post(CounterApi.INCREMENT, Json.increment(counter, 1)));
        assertThat(api.as(WRITER).delete(counter.path())).isProblem(403);
        assertUnauthorized(api.delete(counter.path()));
        assertThat(counterApi.as(READER).value(counter)).isEqualTo(5);
    }

    /** Otherwise a stranger learns from the answer which requests would be good ones. */
    @Test
    void whoMayNotIsToldSoBeforeTheRequestIsLookedAt() {
        assertUnauthorized(api.post(CounterApi.INCREMENT, "{\"resource_id\":1}"));
        assertUnauthorized(api.post(CounterApi.INCREMENT, "nonsense"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/liveness", "/health/readiness"})
    void healthNeedsNoToken(String path) {
        assertThat(api.get(path)).isOk();
    }

    @Test
    void noSecretIsEverWrittenToTheLog() {
        for (String secret : List.of(READER, WRITER, ADMIN, ALL, "wrong-secret-0000")) {
            requests().forEach(request -> assertThat(request.apply(api.as(secret)).status()).isPositive());
        }
        assertThat(deployment.log()).doesNotContain(READER, WRITER, ADMIN, ALL, "wrong-secret-0000");
        assertThat(deployment.log()).as("nor what it is known by").doesNotContain(Launch.sha256(READER))
                .doesNotContain(Launch.sha256(READER).toUpperCase(Locale.ROOT));
    }

    private static void assertUnauthorized(Answer answer) {
        assertThat(answer).isProblem(401);
        assertThat(answer.header("WWW-Authenticate")).as("%s", answer).startsWith("Bearer");
    }

    private static void assertSuccess(Answer answer) {
        assertThat(answer).hasStatusIn(200, 204);
    }
}
