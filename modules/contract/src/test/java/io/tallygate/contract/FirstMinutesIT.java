package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody meets who tries the API by hand, with curl or a browser. */
@OverHttpOnly(because = "addresses, headers and methods are HTTP's")
@StoreDoesNotMatter
class FirstMinutesIT extends Suite {

    @Test
    void theFirstPageLeadsToTheDescription() {
        Answer home = api.get("/");
        assertThat(home).hasStatus(302);
        Answer page = api.get(URI.create("/").resolve(home.header("Location")).getPath());
        assertThat(page).isOk();
        assertThat(page.mediaType()).isEqualTo("text/html");
    }

    @Test
    void theDescriptionWithASlashLeadsToTheOneWithout() {
        Answer slash = api.get("/docs/");
        assertThat(slash).hasStatus(301);
        assertThat(URI.create("/docs/").resolve(slash.header("Location")).getPath()).isEqualTo("/docs");
    }

    @Test
    void aBrowserThatAsksForAnIconGetsNoError() {
        assertThat(api.get("/favicon.ico")).hasStatus(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {CounterApi.INCREMENT, CounterApi.BATCH_INCREMENT, CounterApi.BATCH_GET})
    void aBodyThatCurlCallsAFormIsToldWhichHeaderToAdd(String path) {
        Answer answer = api.send("POST", path, BodyPublishers.ofString("{}"), "Content-Type",
                "application/x-www-form-urlencoded");
        assertThat(answer).isProblem(415);
        assertThat(answer.json().path("detail").asText()).contains("-H 'content-type: application/json'");
    }

    @ParameterizedTest
    @CsvSource({"GET,/api/v1/counter/increment,use POST", "PUT,/api/v1/counter/item/likes,use DELETE or GET",
            "POST,/api/v1/leaderboard/likes,use GET", "POST,/,use GET", "POST,/metrics,use GET"})
    void anotherMethodIsToldWhichToUse(String method, String path, String hint) {
        Answer answer = api.send(method, path, BodyPublishers.ofString("{}"), "Content-Type", "application/json");
        assertThat(answer).isProblem(405);
        assertThat(answer.json().path("detail").asText()).endsWith(hint);
    }

    @Test
    void aListUnderAnotherNameIsToldTheRightOne() {
        Counter counter = freshCounter();
        String list = "[" + Json.text(Json.increment(counter, 1)) + "]";
        for (String name : List.of("items", "increments", "queries")) {
            assertDetail(api.post(CounterApi.BATCH_INCREMENT, "{\"" + name + "\":" + list + "}"),
                    "operations is required; did you mean it by \"" + name + "\"?");
        }
        for (String name : List.of("items", "counters", "operations")) {
            assertDetail(api.post(CounterApi.BATCH_GET, "{\"" + name + "\":" + list + "}"),
                    "queries is required; did you mean it by \"" + name + "\"?");
        }
        assertThat(counterApi.value(counter)).isZero();
    }

    private static void assertDetail(Answer answer, String detail) {
        assertThat(answer).isProblem(400);
        assertThat(answer.json().path("detail").asText()).isEqualTo(detail);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"a|b", "[x]", "a\\b", "a^b", "{x}", "`x`", "\"x\"", "<x>"})
    void whatBrowsersSendUnencodedIsRead(String name) {
        Counter counter = new Counter(name, seed.name("raw"));
        counterApi.increment(counter, 3);
        Answer answer = exchange("GET", "/api/v1/counter/" + name + "/" + counter.counterType() + "?x=" + name);
        assertThat(answer).isOk();
        assertThat(answer.json().path("resource_id").asText()).isEqualTo(name);
        assertThat(answer).hasValue(3);
        assertThat(exchange("DELETE", "/api/v1/counter/" + name + "/" + counter.counterType())).hasStatus(204);
        assertThat(counterApi.value(counter)).isZero();
    }

    @Test
    @SkipOn(deployment = Deployments.FUNCTIONS,
            because = "API Gateway reads HTTP; here it would be this suite that is tested")
    void whatCurlSendsAsTheBytesOfItsTerminalIsRead() {
        Counter counter = new Counter("ü日本😀", seed.name("raw"));
        counterApi.increment(counter, 3);
        String bytes = new String(("/api/v1/counter/" + counter.resourceId() + "/" + counter.counterType())
                .getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        Answer answer = exchange("GET", bytes);
        assertThat(answer).isOk();
        assertThat(answer.json().path("resource_id").asText()).isEqualTo(counter.resourceId());
        assertThat(answer).hasValue(3);
        assertThat(exchange("GET", "/api/v1/counter/a\u00ff/likes")).isInvalid("resource_id");
    }

    @Test
    void whatMustBeEncodedIsToldSo() {
        Answer answer = exchange("GET", "/api/v1/counter/a%/likes");
        assertThat(answer).isProblem(400);
        assertThat(answer.json().path("detail").asText()).contains("percent-encode", "%20", "%25");
    }

    /** Fronts of functions encode them by themselves, and then it is the id that has them. */
    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/counter/a\u0001b/likes", "/api/v1/counter/a\u007f/likes"})
    void aControlCharacterIsToldSo(String path) {
        Answer answer = exchange("GET", path);
        assertThat(answer).isProblem(400);
        assertThat(answer.json().path("detail").asText()).contains("control characters");
    }

    private Answer exchange(String method, String path) {
        return Wire.exchange(deployment.baseUrl(), method, path, List.of("Connection: close"), new byte[0]);
    }
}
