package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are wrong before their fields are looked at: the address, the method, the body as a whole. */
@OverHttpOnly(
        because = "addresses, methods, content types and malformed JSON are HTTP's; a message is well-formed or no message")
class BadRequestIT extends Suite {

    private static final int BODY_BYTES_MAX = 1 << 20;

    @ParameterizedTest
    @ValueSource(strings = {"/nope", "/api", "/api/v1", "/api/v1/nope", "/api/v2/counter/a/b", "/api/v1/counter/a/b/c",
            "/health/nope", "/favicon.ico.not", "/api/v1/leaderboard"})
    void anUnknownAddressIsNotFound(String path) {
        assertThat(api.get(path)).isProblem(404);
    }

    @Test
    void anEmptyIdInAPathNamesNoCounter() {
        for (String path : List.of("/api/v1/counter//likes", "/api/v1/counter/item/", "/api/v1/leaderboard/")) {
            Answer answer = api.get(path);
            assertThat(answer).hasStatusIn(400, 404);
            assertThat(answer).isProblem(answer.status());
        }
    }

    @ParameterizedTest
    @CsvSource({"GET,/api/v1/counter/increment,POST", "PUT,/api/v1/counter/increment,POST",
            "PATCH,/api/v1/counter/batch-increment,POST", "DELETE,/api/v1/counter/batch,POST",
            "POST,/api/v1/counter/item/likes,GET", "PUT,/api/v1/counter/item/likes,DELETE",
            "POST,/api/v1/leaderboard/likes,GET", "DELETE,/api/v1/leaderboard/likes,GET", "POST,/health,GET",
            "DELETE,/metrics,GET", "PUT,/openapi.yml,GET"})
    void anotherMethodIsNotAllowedAndTheAnswerSaysWhichAre(String method, String path, String allowed) {
        Answer answer = api.send(method, path, BodyPublishers.ofString("{}"), "Content-Type", "application/json");
        assertThat(answer).isProblem(405);
        assertThat(answer.headers().allValues("Allow").toString()).as("Allow of %s", answer).contains(allowed)
                .doesNotContain(method);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data",
            "application/octet-stream", "text/html; charset=utf-8"})
    void aBodyThatIsNotJsonByItsTypeIsUnsupported(String type) {
        Counter counter = freshCounter();
        String body = Json.text(Json.increment(counter, 1));
        for (String path : List.of(CounterApi.INCREMENT, CounterApi.BATCH_INCREMENT, CounterApi.BATCH_GET)) {
            assertThat(api.send("POST", path, BodyPublishers.ofString(body), "Content-Type", type)).isProblem(415);
        }
        assertThat(counterApi.value(counter)).isZero();
    }

    @Test
    void aBodyOfAMebibyteIsAccepted() {
        Counter counter = freshCounter();
        byte[] body = paddedBody(counter, BODY_BYTES_MAX);
        Answer answer = api.post(CounterApi.INCREMENT, body);
        assertThat(answer).isOk();
        assertThat(counterApi.value(counter)).isEqualTo(1);
    }

    @Test
    void aBodyOfOneByteMoreIsTooLarge() {
        Counter counter = freshCounter();
        byte[] body = paddedBody(counter, BODY_BYTES_MAX + 1);
        for (String path : List.of(CounterApi.INCREMENT, CounterApi.BATCH_INCREMENT, CounterApi.BATCH_GET)) {
            assertThat(api.post(path, body)).isProblem(413);
        }
        assertThat(counterApi.value(counter)).isZero();
    }

    @Test
    void aBodyWithoutADeclaredLengthHasTheSameLimit() {
        Counter counter = freshCounter();
        assertThat(
                api.send("POST", CounterApi.INCREMENT, chunked(paddedBody(counter, BODY_BYTES_MAX + 1)), "Content-Type",
                        "application/json"))
                .isProblem(413);
        assertThat(counterApi.value(counter)).isZero();
        Answer answer = api.send("POST", CounterApi.INCREMENT, chunked(Json.text(Json.increment(counter, 1))
                .getBytes(StandardCharsets.UTF_8)), "Content-Type", "application/json");
        assertThat(answer).isOk();
    }

    @Test
    @SkipOn(deployment = Deployments.FUNCTIONS, because = "API Gateway answers this by itself, before the function")
    void aHugeDeclaredLengthIsRefusedBeforeTheBodyIsSent() throws IOException {
        try (Wire wire = Wire.connect(deployment.baseUrl())) {
            wire.sendHead("POST", CounterApi.INCREMENT,
                    List.of("Content-Type: application/json", "Content-Length: 5000000000"));
            assertThat(wire.read().orElseThrow(() -> new AssertionError("no answer"))).isProblem(413);
        }
    }

    static Stream<String> notJson() {
        return Stream.of("", " ", "{", "}", "{\"resource_id\":", "{\"resource_id\":\"a\",}", "{'resource_id':'a'}",
                "{resource_id:\"a\"}", "nonsense", "{\"resource_id\":\"a\" \"counter_type\":\"b\"}", "{\"a\":NaN}",
                "{\"resource_id\":\"a\",\"counter_type\":\"b\",\"delta\":01}",
                "{\"resource_id\":\"a\",\"counter_type\":\"b\",\"delta\":+1}",
                "{\"resource_id\":\"a\",\"counter_type\":\"b\",\"delta\":0x10}",
                "{\"resource_id\":\"a\",\"counter_type\":\"b\",\"delta\":1.}",
                "{\"resource_id\":\"\\q\",\"counter_type\":\"b\"}",
                "{\"resource_id\":\"\\u12\",\"counter_type\":\"b\"}",
                "{\"resource_id\":\"a\nb\",\"counter_type\":\"b\"}", "/* c */ {}", "\u0000{}",
                "{\"resource_id\":\"a\",\"counter_type\":\"b\"} trailing",
                "{\"resource_id\":\"a\",\"counter_type\":\"b\"}{}");
    }

    @ParameterizedTest
    @MethodSource("notJson")
    void aBodyThatIsNotJsonIsInvalid(String body) {
        for (String path : List.of(CounterApi.INCREMENT, CounterApi.BATCH_INCREMENT, CounterApi.BATCH_GET)) {
            assertThat(api.post(path, body)).isProblem(400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "true", "1", "\"text\"", "[{\"resource_id\":\"a\",\"counter_type\":\"b\"}]"})
    void aBodyThatIsNotAnObjectIsInvalid(String body) {
        for (String path : List.of(CounterApi.INCREMENT, CounterApi.BATCH_INCREMENT, CounterApi.BATCH_GET)) {
            assertThat(api.post(path, body)).isProblem(400);
        }
    }

    @Test
    void everyTruncationOfAGoodBodyIsInvalid() {
        Counter counter = freshCounter();
        byte[] body = Json.text(Json.increment(counter, 12)).getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < body.length; length++) {
            assertThat(api.post(CounterApi.INCREMENT, Arrays.copyOf(body, length))).isProblem(400);
        }
        assertThat(counterApi.value(counter)).isZero();
    }

    @Test
    void bytesThatAreNotUtf8AreInvalid() {
        Counter counter = freshCounter();
        for (byte[] wrong : new byte[][]{{(byte) 0xff}, {(byte) 0xc3}, {(byte) 0xc0, (byte) 0x80},
                {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80}}) {
            String text = "{\"resource_id\":\"a" + new String(wrong, StandardCharsets.ISO_8859_1)
                    + "\",\"counter_type\":\"" + counter.counterType() + "\"}";
            assertThat(api.post(CounterApi.INCREMENT, text.getBytes(StandardCharsets.ISO_8859_1))).isProblem(400);
        }
    }

    @Test
    void aFieldGivenTwiceIsInvalid() {
        Counter a = freshCounter();
        Counter b = new Counter(a.resourceId() + "-2", a.counterType());
        assertThat(api.post(CounterApi.INCREMENT, "{\"resource_id\":\"" + a.resourceId() + "\",\"resource_id\":\""
                + b.resourceId() + "\",\"counter_type\":\"" + a.counterType() + "\"}")).isProblem(400);
        assertThat(api.post(CounterApi.INCREMENT, "{\"resource_id\":\"" + a.resourceId() + "\",\"counter_type\":\""
                + a.counterType() + "\",\"delta\":1,\"delta\":2}")).isProblem(400);
        assertThat(counterApi.value(a)).isZero();
        assertThat(counterApi.value(b)).isZero();
    }

    @Test
    void absurdNestingIsInvalidAndHarmless() {
        Counter counter = freshCounter();
        for (String[] pair : new String[][]{{"[", "]"}, {"{\"a\":", "}"}}) {
            String nested = pair[0].repeat(100_000) + "1" + pair[1].repeat(100_000);
            String body = "{\"resource_id\":\"" + counter.resourceId() + "\",\"counter_type\":\""
                    + counter.counterType()
                    + "\",\"extra\":" + nested + "}";
            assertThat(api.post(CounterApi.INCREMENT, body)).isProblem(400);
            assertThat(api.post(CounterApi.BATCH_INCREMENT, "{\"operations\":" + nested + "}")).isProblem(400);
        }
        assertThat(counterApi.value(counter)).isZero();
        assertThat(counterApi.increment(counter, 1)).as("it still serves").isEqualTo(1);
    }

    @Test
    void absurdNumbersAreInvalidAndHarmless() {
        Counter counter = freshCounter();
        for (String number : List.of("9".repeat(500_000), "1e999999999", "1e-999999999", "0." + "9".repeat(500_000))) {
            assertThat(api.post(CounterApi.INCREMENT,
                    "{\"resource_id\":\"" + counter.resourceId() + "\",\"counter_type\":\""
                            + counter.counterType() + "\",\"delta\":" + number + "}"))
                    .isProblem(400);
        }
        assertThat(counterApi.value(counter)).isZero();
    }

    @Test
    void randomDamageToAGoodRequestNeverMakesTheServiceFail() {
        RandomGenerator random = seed.random(2);
        // Few bytes away from no other test's counter: damage to a name can make it another good one.
        Counter counter = new Counter(seed.name("damaged-on-purpose"), seed.name("damages"));
        byte[] good = Json.batch(List.of(Json.increment(counter, 1), Json.increment(counter, 2)))
                .getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 300; round++) {
            byte[] damaged = good.clone();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Answer answer = api.post(CounterApi.BATCH_INCREMENT, damaged);
            assertThat(answer).as("round %d of %s", round, seed).hasStatusIn(200, 207, 400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NONSENSE\r\n\r\n", "GET\r\n\r\n",
            "POST /api/v1/counter/increment HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
            "POST /api/v1/counter/increment HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
            "GET /health/liveness HTTP/1.1\r\nHost: a\r\n: no name\r\n\r\n"})
    @SkipOn(deployment = Deployments.FUNCTIONS,
            because = "API Gateway reads HTTP; here it would be this suite that is tested")
    void whatIsNotHttpEndsOnlyItsOwnConnection(String bytes) throws IOException {
        try (Wire wire = Wire.connect(deployment.baseUrl())) {
            wire.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            wire.read().ifPresent(answer -> assertThat(answer).hasStatusBetween(400, 505));
        }
        assertThat(api.get("/health/liveness")).isOk();
    }

    /** A good request of exactly this size, most of it in a field that nobody reads. */
    private static byte[] paddedBody(Counter counter, int bytes) {
        String start = "{\"resource_id\":\"" + counter.resourceId() + "\",\"counter_type\":\"" + counter.counterType()
                + "\",\"padding\":\"";
        String end = "\"}";
        byte[] body = (start + "x".repeat(bytes - start.length() - end.length()) + end)
                .getBytes(StandardCharsets.UTF_8);
        assertThat(body).hasSize(bytes);
        return body;
    }

    private static BodyPublisher chunked(byte[] body) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
    }
}
