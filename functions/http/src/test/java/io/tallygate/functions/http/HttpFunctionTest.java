package io.tallygate.functions.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.TestStore;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is special about requests from a gateway; the contract's suite has the rest. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpFunctionTest {

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
        var event = event("POST", "/api/v1/counter/increment");
        event.setBody(body);
        assertThat(handler.answer(event).getBody()).contains("\"value\":3");
        event.setIsBase64Encoded(true);
        event.setBody(Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8)));
        assertThat(handler.answer(event).getBody()).contains("\"value\":6");
    }

    @Test
    void answer_toAnAsyncIncrement_comesAfterTheCommit() {
        var event = event("POST", "/api/v1/counter/increment");
        event.setBody("{\"resource_id\":\"async\",\"counter_type\":\"likes\",\"async\":true}");
        assertThat(handler.answer(event).getStatusCode()).isEqualTo(202);
        assertThat(handler.answer(event("GET", "/api/v1/counter/async/likes")).getBody()).contains("\"value\":1");
    }

    @Test
    void answer_toAPath_decodesItOnce() {
        assertThat(handler.answer(event("GET", "/api/v1/counter/a%2Fb%2541+c/likes")).getBody())
                .contains("\"resource_id\":\"a/b%41+c\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/counter/a%zz/likes", "/api/v1/counter/a%/likes", "/api/v1/counter/ /likes"})
    void answer_toAPathThatIsNoUri_isAProblem(String path) {
        APIGatewayV2HTTPResponse answer = handler.answer(event("GET", path));
        assertThat(answer.getStatusCode()).isEqualTo(400);
        assertThat(answer.getHeaders()).containsEntry("Content-Type", "application/problem+json");
        assertThat(answer.getBody()).contains("urn:tallygate:problem:bad-request");
    }

    @Test
    void answer_withSeveralValuesOfAHeader_joinsThem() {
        APIGatewayV2HTTPResponse answer = handler.answer(event("PUT", "/api/v1/counter/item/likes"));
        assertThat(answer.getStatusCode()).isEqualTo(405);
        assertThat(answer.getHeaders().get("Allow")).contains("GET").contains("DELETE");
    }

    @Test
    void answer_toAParameterWithAComma_keepsItWhole() {
        var event = event("GET", "/api/v1/counter/item/likes");
        event.setRawQueryString("consistency=cached,strong");
        event.setQueryStringParameters(Map.of("consistency", "cached,strong"));
        assertThat(handler.answer(event).getBody()).contains("cached,strong").contains("\"status\":400");
    }

    @Test
    void start_withoutTokens_needsAGatewayThatDecides() {
        assertThatThrownBy(() -> store.start().close()).hasStackTraceContaining("no token is configured")
                .hasStackTraceContaining("tallygate.access");
        assertThatThrownBy(() -> store.start("TALLYGATE_ACCESS", "nobody").close())
                .hasStackTraceContaining("must be tokens or gateway");
    }

    private static APIGatewayV2HTTPEvent event(String method, String path) {
        var http = APIGatewayV2HTTPEvent.RequestContext.Http.builder().withMethod(method).withPath(path).build();
        return APIGatewayV2HTTPEvent.builder().withVersion("2.0").withRawPath(path).withRawQueryString("")
                .withHeaders(Map.of("content-type", "application/json"))
                .withRequestContext(APIGatewayV2HTTPEvent.RequestContext.builder().withHttp(http).build()).build();
    }
}
