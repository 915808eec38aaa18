package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.contract.GatewayFront.Kind;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever AWS has in front of it, the same function answers the same; the rest of the suite asks a function URL. */
@FunctionsOnly
@StoreDoesNotMatter
class FunctionFrontsIT extends Suite {

    private static final String STAGE = "prod";

    /** Ids that mean something else to whoever decodes them once more or once less. */
    private static final List<String> IDS = List.of("a b", "100%", "a+b", "%41", "%2541", "日本", "a&b=c;d", "a#b",
            "\"<>[]{}|\\^`");

    static Stream<Arguments> frontsAndIds() {
        return EnumSet.allOf(Kind.class).stream()
                .flatMap(kind -> IDS.stream().map(id -> Arguments.of(kind, id)));
    }

    @ParameterizedTest
    @MethodSource("frontsAndIds")
    void anIdInAPathIsTheOneThatWasSent(Kind kind, String id) {
        Counter counter = new Counter(id, seed.name(id));
        behind(kind, front -> {
            assertThat(new CounterApi(front).increment(counter, 3)).isEqualTo(3);
            assertThat(new CounterApi(front).value(counter)).isEqualTo(3);
            assertThat(front.delete(counter.path())).hasStatus(204);
            assertThat(new CounterApi(front).cachedValue(counter)).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatAnIdLooksLikeDecodedIsAnotherCounter(Kind kind) {
        String type = seed.name("likes");
        Counter plain = new Counter("A", type);
        behind(kind, front -> {
            new CounterApi(front).increment(plain, 7);
            assertThat(front.delete(new Counter("%41", type).path())).hasStatus(204);
            assertThat(new CounterApi(front).value(new Counter("%41", type))).isZero();
            assertThat(new CounterApi(front).value(plain)).isEqualTo(7);
        });
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anIdThatADecodedPathTearsApartIsTheOneThatWasSentOrTheAnswerSaysWhyNot(Kind kind) {
        behind(kind, front -> {
            for (String id : List.of("a/b", "a?b")) {
                Counter counter = new Counter(id, seed.name("likes"));
                assertThat(new CounterApi(front).increment(counter, 2)).isEqualTo(2);
                if (kind.isHttpApi()) {
                    Answer answer = front.get(counter.path());
                    assertThat(answer).isProblem(404);
                    assertThat(answer.json().path("detail").asText()).contains("decodes paths", CounterApi.BATCH_GET);
                } else {
                    assertThat(new CounterApi(front).value(counter)).isEqualTo(2);
                }
                Answer answer = front.post(CounterApi.BATCH_GET,
                        Json.object("queries", List.of(Json.object("resource_id",
                                counter.resourceId(), "counter_type", counter.counterType()))));
                assertThat(answer.each("results", "value")).containsExactly("2");
            }
        });
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"HTTP_API", "HTTP_API_PAYLOAD_1", "REST_API"})
    void aNamedStageIsNoPartOfThePath(Kind kind) {
        Counter counter = new Counter(STAGE + " 100%", seed.name(STAGE));
        behind(kind, STAGE, front -> {
            String prefix = "/" + STAGE;
            Answer answer = front.post(prefix + CounterApi.INCREMENT, Json.increment(counter, 4));
            assertThat(answer).isOk();
            answer = front.get(prefix + counter.path());
            assertThat(answer.json().path("resource_id").asText()).isEqualTo(counter.resourceId());
            assertThat(answer).hasValue(4);
            assertThat(front.get(prefix + "/health")).isOk();
        });
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aParameterIsTheOneThatWasSent(Kind kind) {
        Counter counter = freshCounter();
        behind(kind, front -> {
            assertThat(front.get(counter.path() + "?consistency=strong")).isOk();
            assertThat(front.get(counter.path() + "?x=%26consistency%3Dno&consistency=%73trong")).isOk();
            Answer answer = front.get(counter.path() + "?consistency=a%2Bb+%2541%20%E6%97%A5,c");
            assertThat(answer).isProblem(400);
            assertThat(answer.each("errors", "value")).containsExactly("a+b %41 日,c");
        });
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void headersArriveAndComeBackWhole(Kind kind) {
        Counter counter = freshCounter();
        String body = Json.text(Json.increment(counter, 5));
        behind(kind, front -> {
            Answer answer = front.post(CounterApi.INCREMENT, body, Api.KEY_HEADER, seed.name("key"), "X-Request-Id",
                    "r-1");
            assertThat(answer).isOk();
            assertThat(answer.mediaType()).isEqualTo("application/json");
            assertThat(answer.header("X-Request-Id")).isEqualTo("r-1");
            answer = front.send("PUT", counter.path(), BodyPublishers.noBody());
            assertThat(answer).isProblem(405);
            assertThat(answer.header("Allow")).contains("GET", "HEAD", "DELETE");
            assertThat(front.get("/metrics").body()).contains("# TYPE");
        });
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void keysInAnyScriptAreToldApart(Kind kind) {
        Counter counter = freshCounter();
        String key = seed.name("key");
        byte[] body = Json.text(Json.increment(counter, 1)).getBytes(StandardCharsets.UTF_8);
        try (var front = listen(kind, "$default", function())) {
            for (String end : List.of("日本", "韓國", "日本")) {
                String header = new String((key + end).getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
                assertThat(Wire.exchange(uri(front), "POST", CounterApi.INCREMENT,
                        List.of("Idempotency-Key: " + header, "Connection: close"), body)).isOk();
            }
        }
        assertThat(counterApi.value(counter)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aBodyThatIsNotTextIsRead(Kind kind) {
        behind(kind, front -> assertThat(front.post(CounterApi.INCREMENT, new byte[]{'{', (byte) 0xff, '}'}))
                .isProblem(400));
    }

    @Test
    void aBodyThatIsNotTheBase64ItIsSaidToBeIsABadRequest() {
        for (String body : List.of("{}", "a", "YQ=")) {
            ExecutionEnvironment.Outcome outcome = function().invoke(Json.text(Json.object("version", "2.0", "rawPath",
                    CounterApi.INCREMENT, "rawQueryString", "", "headers", Map.of("content-type", "application/json"),
                    "requestContext", Json.object("domainName", "api.lambda-url.eu-central-1.on.aws", "http",
                            Json.object("method", "POST", "path", CounterApi.INCREMENT)),
                    "body", body, "isBase64Encoded", true)));
            assertThat(outcome.failed()).as(outcome.text()).isFalse();
            assertThat(Json.tree(outcome.text()).path("statusCode").intValue()).as(outcome.text()).isEqualTo(400);
            assertThat(outcome.text()).contains("urn:tallygate:problem:bad-request");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"Records\":[]}", "{\"version\":\"2.0\"}", "{\"path\":\"/health\"}"})
    void anEventOfNoFrontFailsTheInvocation(String event) {
        ExecutionEnvironment.Outcome outcome = function().invoke(event);
        assertThat(outcome.failed()).isTrue();
        assertThat(outcome.text()).contains("function URL", "Application Load Balancer");
    }

    @Test
    void whatAMappingPutsInFrontOfThePathIsLeftOut() {
        try (var mapped = new LambdaFunction(Deployments.functionZip("http"), FunctionsHttp.HANDLER,
                settings("TALLYGATE_BASE_PATH", "/counts/v1"), 1)) {
            mapped.start();
            for (Kind kind : Kind.values()) {
                try (var front = listen(kind, "$default", mapped)) {
                    Api api = api(front);
                    assertThat(api.get("/counts/v1/health/liveness")).isOk();
                    assertThat(api.get("/health/liveness")).isOk();
                    assertThat(api.get("/counts/health/liveness")).hasStatus(404);
                }
            }
        }
        try (var wrong = new LambdaFunction(Deployments.functionZip("http"), FunctionsHttp.HANDLER,
                settings("TALLYGATE_BASE_PATH", "counts"), 1)) {
            assertThat(wrong.initializationError()).contains("tallygate.base-path is 'counts'", "such as /counts");
        }
    }

    private Map<String, String> settings(String name, String value) {
        var settings = new TreeMap<>(store.settings());
        settings.put(FunctionsHttp.ACCESS, "gateway");
        settings.put(name, value);
        return settings;
    }

    private void behind(Kind kind, Consumer<Api> test) {
        behind(kind, "$default", test);
    }

    private void behind(Kind kind, String stage, Consumer<Api> test) {
        try (var front = listen(kind, stage, function())) {
            test.accept(api(front));
        }
    }

    private static HttpListener listen(Kind kind, String stage, LambdaFunction function) {
        return HttpListener.on(0, GatewayFront.BODY_BYTES_MAX, new GatewayFront(kind, stage, function));
    }

    private static Api api(HttpListener front) {
        return new Api(uri(front));
    }

    private static URI uri(HttpListener front) {
        return URI.create("http://127.0.0.1:" + front.port());
    }

    private LambdaFunction function() {
        return ((FunctionsHttp) deployment).function();
    }
}
