package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Pages in a browser, which ask before they send and read only what they are allowed to. */
@OwnDeployment
@StoreDoesNotMatter
@OverHttpOnly(because = "browsers do not speak it")
class CrossOriginIT extends Suite {

    private static final String PAGE = "https://shop.example";
    private static final String OTHER = "https://other.example";
    private static final String SECRET = "page-secret-21c6";

    @Override
    Launch launch() {
        return Launch.patient().with("TALLYGATE_HTTP_CORS_ORIGINS", "http://localhost:3000," + PAGE)
                .token("page", SECRET, "read,write");
    }

    private Answer preflight(String origin, String path, String method) {
        return api.send("OPTIONS", path, BodyPublishers.noBody(), "Origin", origin, "Access-Control-Request-Method",
                method, "Access-Control-Request-Headers", "authorization,content-type,idempotency-key");
    }

    private static void assertReadable(Answer answer) {
        assertThat(answer.header("Access-Control-Allow-Origin")).as("%s", answer).isEqualTo(PAGE);
        assertThat(answer.header("Access-Control-Expose-Headers")).as("%s", answer).contains("Retry-After",
                "X-Request-Id");
        assertThat(answer.header("Vary")).as("%s", answer).isEqualTo("Origin");
        assertThat(answer.header("Access-Control-Allow-Credentials")).isEmpty();
    }

    @Test
    void aPageOfAnAllowedOriginIsToldWhatItMaySendWithoutAToken() {
        for (String path : List.of(CounterApi.INCREMENT, freshCounter().path(), CounterApi.BATCH_GET)) {
            Answer answer = preflight(PAGE, path, "POST");

            assertThat(answer).hasStatus(204);
            assertReadable(answer);
            assertThat(answer.header("Access-Control-Allow-Methods")).contains("GET", "POST", "DELETE");
            assertThat(answer.header("Access-Control-Allow-Headers").toLowerCase(Locale.ROOT))
                    .contains("authorization", "content-type", "idempotency-key", "x-request-id");
            assertThat(answer.header("Access-Control-Max-Age")).isNotEmpty();
        }
    }

    @Test
    void itReadsAnswersAndProblemsOfEveryKind() {
        Counter counter = freshCounter();
        String json = Json.text(Json.increment(counter, 1));
        Api page = api.as(SECRET);
        Answer counted = page.post(CounterApi.INCREMENT, json, "Origin", PAGE);
        assertThat(counted).isOk();
        assertReadable(counted);
        for (Answer refused : List.of(api.post(CounterApi.INCREMENT, json, "Origin", PAGE),
                page.post(CounterApi.INCREMENT, "{", "Origin", PAGE),
                page.send("DELETE", counter.path(), BodyPublishers.noBody(), "Origin", PAGE),
                page.send("GET", "/nowhere", BodyPublishers.noBody(), "Origin", PAGE))) {
            assertThat(refused).hasStatusIn(400, 401, 403, 404);
            assertReadable(refused);
        }
    }

    @Test
    void anotherOriginIsToldNothing() {
        Api page = api.as(SECRET);
        String json = Json.text(Json.increment(freshCounter(), 1));
        for (Answer answer : List.of(preflight(OTHER, CounterApi.INCREMENT, "POST"),
                page.post(CounterApi.INCREMENT, json, "Origin", OTHER), page.post(CounterApi.INCREMENT, json))) {
            assertThat(answer.headers().map().keySet()).as("%s", answer)
                    .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
        }
    }
}
