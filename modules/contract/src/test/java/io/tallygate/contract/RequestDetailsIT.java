package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is easily lost between the one who reads HTTP and the API: headers, methods, a body that is not there. */
@OverHttpOnly(because = "addresses, methods and headers are HTTP's")
@StoreDoesNotMatter
class RequestDetailsIT extends Suite {

    private static final String REQUEST_ID = "X-Request-Id";

    @Test
    void anAnswerBearsTheNameOfItsRequest() {
        Counter counter = freshCounter();
        String body = Json.text(Json.increment(counter, 1));
        assertThat(api.post(CounterApi.INCREMENT, body, REQUEST_ID, "r-1").header(REQUEST_ID)).isEqualTo("r-1");
        assertThat(api.post(CounterApi.INCREMENT, "nonsense", REQUEST_ID, "r-2").header(REQUEST_ID)).isEqualTo("r-2");
        assertThat(get("/nowhere", REQUEST_ID, "r-3").header(REQUEST_ID)).isEqualTo("r-3");
        assertThat(get("/health", REQUEST_ID, "r-4").header(REQUEST_ID)).isEqualTo("r-4");
    }

    @Test
    void whatIsNoNameDoesNotComeBack() {
        assertThat(get("/health").header(REQUEST_ID)).isEmpty();
        assertThat(get("/health", REQUEST_ID, "x".repeat(129)).header(REQUEST_ID)).isEmpty();
        assertThat(get("/health", REQUEST_ID, "two words").header(REQUEST_ID)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS", "PUT", "BREW"})
    void aMethodThatAPathDoesNotTakeIsToldWithThoseThatItTakes(String method) {
        Answer answer = api.send(method, CounterApi.INCREMENT, BodyPublishers.noBody());
        assertThat(answer).isProblem(405);
        assertThat(answer.headers().allValues("Allow").toString()).contains("POST");
        answer = api.send(method, freshCounter().path(), BodyPublishers.noBody());
        assertThat(answer).isProblem(405);
        assertThat(answer.headers().allValues("Allow").toString()).contains("GET", "DELETE");
        assertThat(api.send(method, "/nowhere", BodyPublishers.noBody())).isProblem(404);
    }

    @Test
    void aBodyThatIsNotThereIsRequired() {
        for (String path : List.of(CounterApi.INCREMENT, CounterApi.BATCH_INCREMENT, CounterApi.BATCH_GET)) {
            for (Answer answer : List.of(api.post(path, ""), api.send("POST", path, BodyPublishers.noBody()))) {
                assertThat(answer).isInvalid("body");
                assertThat(answer.json().path("detail").asText()).isEqualTo("body is required, as a JSON object");
            }
        }
    }

    @Test
    void keysInAnyScriptAreToldApart() {
        Counter counter = freshCounter();
        String key = seed.name("key");
        for (String end : List.of("é", "日本", "韓國", "👍", "日本", "é")) {
            Answer answer = increment(counter, (key + end).getBytes(StandardCharsets.UTF_8));
            assertThat(answer).isOk();
        }
        assertThat(counterApi.value(counter)).isEqualTo(4);
    }

    @Test
    void aKeyThatIsNotUtf8IsInvalid() {
        Counter counter = freshCounter();
        for (byte[] key : new byte[][]{{'k', (byte) 0xe9}, {'k', (byte) 0xff, 'k'}, {(byte) 0xe6, (byte) 0x97}}) {
            assertThat(increment(counter, key)).isInvalid(Api.KEY_HEADER);
        }
        assertThat(counterApi.value(counter)).isZero();
    }

    @Test
    void aParameterGivenTwiceHasItsFirstValue() {
        String path = freshCounter().path();
        assertThat(get(path + "?consistency=strong&consistency=no")).isOk();
        assertThat(get(path + "?consistency=no&consistency=strong")).isInvalid("consistency");
    }

    @Test
    void aParameterIsDecodedOnce() {
        Answer answer = get(freshCounter().path() + "?consistency=a%2Bb+%2541,c");
        assertThat(answer).isInvalid("consistency");
        assertThat(answer.each("errors", "value")).containsExactly("a+b %41,c");
    }

    @Test
    void noPartOfAPathIsTakenForAHost() {
        for (String path : List.of("//health/liveness", "//host/health/liveness")) {
            assertThat(Wire.exchange(deployment.baseUrl(), "GET", path, List.of("Connection: close"), new byte[0]))
                    .isProblem(404);
        }
    }

    private Answer get(String path, String... headers) {
        return api.send("GET", path, BodyPublishers.noBody(), headers);
    }

    private Answer increment(Counter counter, byte[] key) {
        return Wire.exchange(deployment.baseUrl(), "POST", CounterApi.INCREMENT,
                List.of("Idempotency-Key: " + new String(key, StandardCharsets.ISO_8859_1), "Connection: close"),
                Json.text(Json.increment(counter, 1)).getBytes(StandardCharsets.UTF_8));
    }
}
