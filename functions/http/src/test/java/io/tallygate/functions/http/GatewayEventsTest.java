package io.tallygate.functions.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayEventsTest {

    /** As AWS documents it, shortened. */
    private static final String EVENT = """
            {"version":"2.0","routeKey":"$default","rawPath":"/my/path","rawQueryString":"parameter1=a&parameter2=value",
             "cookies":["cookie1","cookie2"],"headers":{"header1":"value1","header2":"value1,value2"},
             "queryStringParameters":{"parameter1":"a","parameter2":"value"},
             "requestContext":{"accountId":"123456789012","authentication":null,
              "authorizer":{"jwt":{"claims":{"http":"x"},"scopes":["s1"]}},
              "http":{"method":"POST","path":"/my/path","protocol":"HTTP/1.1","sourceIp":"192.0.2.1","userAgent":"agent"},
              "requestId":"id","timeEpoch":1583348638390},
             "body":"Hello","pathParameters":null,"isBase64Encoded":false,"stageVariables":{"a":"b"}}""";

    @Test
    void read_ofAnEvent_givesWhatTheApiLooksAt() throws IOException {
        APIGatewayV2HTTPEvent event = read(EVENT);
        assertThat(event.getRawPath()).isEqualTo("/my/path");
        assertThat(event.getRawQueryString()).isEqualTo("parameter1=a&parameter2=value");
        assertThat(event.getHeaders()).containsOnly(Map.entry("header1", "value1"),
                Map.entry("header2", "value1,value2"));
        assertThat(event.getQueryStringParameters()).containsOnly(Map.entry("parameter1", "a"),
                Map.entry("parameter2", "value"));
        assertThat(event.getRequestContext().getHttp().getMethod()).isEqualTo("POST");
        assertThat(event.getBody()).isEqualTo("Hello");
        assertThat(event.getIsBase64Encoded()).isFalse();
    }

    @Test
    void read_ofTheLeastThereCanBe_isARequest() throws IOException {
        APIGatewayV2HTTPEvent event = read("{\"rawPath\":\"/\",\"headers\":null,\"body\":null,"
                + "\"requestContext\":{\"http\":{\"method\":\"GET\"}}}");
        assertThat(event.getHeaders()).isEmpty();
        assertThat(event.getBody()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"rawPath\":\"/\"}", "{\"rawPath\":\"/\",\"requestContext\":{}}",
            "{\"version\":\"1.0\",\"path\":\"/\",\"httpMethod\":\"GET\"}", "{\"headers\":1}"})
    void read_ofWhatIsNoSuchEvent_fails(String event) {
        assertThatThrownBy(() -> read(event)).isInstanceOf(IOException.class);
    }

    @Test
    void write_ofAnAnswer_isPayloadFormat2() throws IOException {
        var out = new ByteArrayOutputStream();
        GatewayEvents.write(out, APIGatewayV2HTTPResponse.builder().withStatusCode(200)
                .withHeaders(Map.of("Content-Type", "application/json")).withBody("{\"a\":1}").build());
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"statusCode\":200,\"headers\":{\"Content-Type\":"
                + "\"application/json\"},\"body\":\"{\\\"a\\\":1}\",\"isBase64Encoded\":false}");
    }

    private static APIGatewayV2HTTPEvent read(String json) throws IOException {
        return GatewayEvents.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }
}
