package io.tallygate.functions.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.TestStore;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is special about requests that come as events; the contract's suite has the rest. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpFunctionTest {

    private static final String INCREMENT = "/api/v1/counter/increment";

    private final TestStore store = new TestStore();
    private final ApplicationContext context = store.start("TALLYGATE_ACCESS", "gateway");
    private final GatewayHandler handler = new GatewayHandler(context);

    @AfterAll
    void stop() {
        context.close();
        store.close();
    }

    @Test
    void answer_toABodyInBase64_isTheSameAsToText() {
        String body = "{\"resource_id\":\"base64\",\"counter_type\":\"likes\",\"delta\":3}";
        assertThat(text(post(body, false))).contains("\"value\":3");
        assertThat(text(post(Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8)), true)))
                .contains("\"value\":6");
    }

    @Test
    void answer_toABodyThatIsNotTheBase64ItIsSaidToBe_isAProblem() {
        HttpAnswer answer = post("{\"resource_id\"", true);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.headers()).containsEntry("Content-Type", List.of("application/problem+json"));
        assertThat(text(answer)).contains("urn:tallygate:problem:bad-request");
    }

    @Test
    void answer_toNoBody_isThatOneIsRequired() {
        HttpAnswer answer = post("", false);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(text(answer)).contains("body is required, as a JSON object");
    }

    @Test
    void answer_toAnotherCharset_saysThatItMustBeUtf8() {
        HttpAnswer answer = handler.answer(event(Front.FUNCTION_URL, "POST", INCREMENT, "",
                Map.of("content-type", List.of("application/json; charset=utf-16")),
                "{\"resource_id\":\"charset\",\"counter_type\":\"likes\"}", false));
        assertThat(answer.status()).isEqualTo(415);
        assertThat(text(answer)).contains("must be UTF-8");
    }

    @Test
    void answer_toAnAsyncIncrement_comesAfterTheCommit() {
        assertThat(post("{\"resource_id\":\"async\",\"counter_type\":\"likes\",\"async\":true}", false).status())
                .isEqualTo(202);
        assertThat(text(get("/api/v1/counter/async/likes", ""))).contains("\"value\":1");
    }

    @Test
    void answer_toAPath_decodesItOnce() {
        assertThat(text(get("/api/v1/counter/a%2Fb%2541+c/likes", ""))).contains("\"resource_id\":\"a/b%41+c\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/counter/a%zz/likes", "/api/v1/counter/a%/likes"})
    void answer_toAPathThatIsNoUri_isAProblem(String path) {
        HttpAnswer answer = get(path, "");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.headers()).containsEntry("Content-Type", List.of("application/problem+json"));
        assertThat(text(answer)).contains("urn:tallygate:problem:bad-request");
    }

    @Test
    void answer_toAPathThatBeginsWithTwoSlashes_takesNoneOfItForAHost() {
        HttpAnswer answer = get("//health/liveness", "");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(text(answer)).contains("no resource is at //health/liveness");
        assertThat(get("//host/health/liveness", "").status()).isEqualTo(404);
    }

    @Test
    void answer_toAMethodThatIsNotAllowed_namesThoseThatAre() {
        for (String method : List.of("PUT", "OPTIONS", "BREW")) {
            HttpAnswer answer = handler.answer(
                    event(Front.FUNCTION_URL, method, "/api/v1/counter/item/likes", "", Map.of(), "", false));
            assertThat(answer.status()).as(method).isEqualTo(405);
            assertThat(answer.headers().getOrDefault("Allow", List.of()).toString()).contains("GET").contains("DELETE");
        }
    }

    @Test
    void answer_toAParameterWithAComma_keepsItWhole() {
        assertThat(text(get("/api/v1/counter/item/likes", "consistency=cached,strong"))).contains("cached,strong")
                .contains("\"status\":400");
    }

    @Test
    void answer_toAParameterGivenTwice_takesTheFirst() {
        assertThat(get("/api/v1/counter/item/likes", "consistency=strong&&consistency=no&x").status()).isEqualTo(200);
        assertThat(text(get("/api/v1/counter/item/likes", "consistency=a+%2B"))).contains("\"value\":\"a +\"");
    }

    @Test
    void answer_toANamedRequest_bearsItsName() {
        for (String path : List.of("/api/v1/counter/item/likes", "/nowhere", "/api/v1/counter/a%zz/likes")) {
            assertThat(handler.answer(event(Front.FUNCTION_URL, "GET", path, "",
                    Map.of("x-request-id", List.of("r-1")), "", false)).headers())
                    .containsEntry("X-Request-Id", List.of("r-1"));
            assertThat(handler.answer(event(Front.FUNCTION_URL, "GET", path, "",
                    Map.of("x-request-id", List.of("two words")), "", false)).headers()).doesNotContainKey(
                            "X-Request-Id");
        }
    }

    @Test
    void answer_whereAnHttpApiTookAnIdApart_saysSo() {
        for (String path : List.of("/api/v1/counter/a/b/likes", "/api/v1/counter/a")) {
            HttpAnswer answer = handler.answer(event(Front.HTTP_API, "GET", path, "", Map.of(), "", false));
            assertThat(answer.status()).isEqualTo(404);
            assertThat(text(answer)).contains("no resource is at " + path + "; the HTTP API in front decodes paths");
            assertThat(text(get(path, ""))).contains("no resource is at " + path + "\"");
        }
        assertThat(text(handler.answer(event(Front.HTTP_API, "GET", "/nope", "", Map.of(), "", false))))
                .contains("no resource is at /nope\"");
    }

    @Test
    void start_withoutTokens_needsAGatewayThatDecides() {
        assertThatThrownBy(() -> store.start().close()).hasStackTraceContaining("no token is configured")
                .hasStackTraceContaining("tallygate.access");
        assertThatThrownBy(() -> store.start("TALLYGATE_ACCESS", "nobody").close())
                .hasStackTraceContaining("must be tokens or gateway");
    }

    private HttpAnswer get(String path, String query) {
        return handler.answer(event(Front.FUNCTION_URL, "GET", path, query, Map.of(), "", false));
    }

    private HttpAnswer post(String body, boolean isBase64) {
        return handler.answer(event(Front.FUNCTION_URL, "POST", INCREMENT, "",
                Map.of("content-type", List.of("application/json")), body, isBase64));
    }

    private static HttpEvent event(Front front, String method, String path, String query,
            Map<String, List<String>> headers, String body, boolean isBase64) {
        return new HttpEvent(front, method, path, query, headers, body, isBase64, "192.0.2.1");
    }

    private static String text(HttpAnswer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}
