package io.tallygate.functions.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.WrongSettingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events of each front, shortened: what stands in them as AWS sends it. */
class GatewayEventsTest {

    private static final String FUNCTION_URL = """
            {"version":"2.0","routeKey":"$default","rawPath":"/my/pa%20th","rawQueryString":"a=1&a=2&b=x%2By",
             "cookies":["cookie1","cookie2"],"headers":{"header1":"value1","header2":"value1,value2"},
             "queryStringParameters":{"a":"1,2","b":"x+y"},
             "requestContext":{"accountId":"anonymous","authentication":null,"apiId":"id",
              "authorizer":{"iam":{"userId":"http"},"http":{"method":"no"}},
              "domainName":"id.lambda-url.eu-central-1.on.aws","domainPrefix":"id",
              "http":{"method":"POST","path":"/my/pa th","protocol":"HTTP/1.1","sourceIp":"192.0.2.1","userAgent":"u"},
              "requestId":"id","routeKey":"$default","stage":"$default","timeEpoch":1583348638390},
             "body":"Hello","pathParameters":null,"isBase64Encoded":false,"stageVariables":null}""";
    private static final String HTTP_API = """
            {"version":"2.0","routeKey":"ANY /{proxy+}","rawPath":"/prod/my/pa th/100%","rawQueryString":"b=x%2By",
             "headers":{"header1":"value1"},"pathParameters":{"proxy":"my/pa th/100%"},
             "requestContext":{"domainName":"id.execute-api.eu-central-1.amazonaws.com",
              "http":{"method":"GET","path":"/prod/my/pa th/100%"},"stage":"prod"},"isBase64Encoded":false}""";
    private static final String HTTP_API_PAYLOAD_1 = """
            {"version":"1.0","resource":"$default","path":"/prod/my/pa th","httpMethod":"GET",
             "headers":{"h":"2"},"multiValueHeaders":{"h":["1","2"]},
             "queryStringParameters":{"a":"2"},"multiValueQueryStringParameters":{"a":["1","x+y &z"]},
             "requestContext":{"domainName":"id.execute-api.eu-central-1.amazonaws.com","httpMethod":"GET",
              "path":"/prod/my/pa th","stage":"prod","protocol":"HTTP/1.1"},"body":null,"isBase64Encoded":false}""";
    private static final String REST_API = """
            {"resource":"/{proxy+}","path":"/my/pa%20th","httpMethod":"GET",
             "headers":{"h":"2"},"multiValueHeaders":{"h":["1","2"]},
             "queryStringParameters":{"a":"2"},"multiValueQueryStringParameters":{"a":["1","x+y &z"]},
             "pathParameters":{"proxy":"my/pa%20th"},"requestContext":{"path":"/my/my/pa%20th","stage":"my",
              "domainName":"id.execute-api.eu-central-1.amazonaws.com"},"body":null,"isBase64Encoded":false}""";
    private static final String LOAD_BALANCER = """
            {"requestContext":{"elb":{"targetGroupArn":"arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/t/1"}},
             "httpMethod":"GET","path":"/my/pa%20th","queryStringParameters":{"a":"x%2By+z"},
             "headers":{"h":"1"},"body":"","isBase64Encoded":false}""";
    private static final String LOAD_BALANCER_MULTI_VALUE = """
            {"requestContext":{"elb":{"targetGroupArn":"arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/t/1"}},
             "httpMethod":"GET","path":"/my/pa%20th","queryStringParameters":null,"headers":null,
             "multiValueQueryStringParameters":{"a":["1","x%2By+z"]},
             "multiValueHeaders":{"h":["1","2"]},"body":"","isBase64Encoded":false}""";

    @Test
    void read_ofAFunctionUrl_givesWhatTheApiLooksAt() throws IOException {
        assertThat(read(FUNCTION_URL)).isEqualTo(new HttpEvent(Front.FUNCTION_URL, "POST", "/my/pa%20th",
                "a=1&a=2&b=x%2By", Map.of("header1", List.of("value1"), "header2", List.of("value1,value2")), "Hello",
                false, "192.0.2.1"));
    }

    @Test
    void read_ofAnHttpApi_encodesThePathAndLeavesOutTheStage() throws IOException {
        assertThat(read(HTTP_API)).isEqualTo(new HttpEvent(Front.HTTP_API, "GET", "/my/pa%20th/100%25", "b=x%2By",
                Map.of("header1", List.of("value1")), "", false, ""));
        assertThat(read(HTTP_API_PAYLOAD_1)).isEqualTo(new HttpEvent(Front.HTTP_API_PAYLOAD_1, "GET", "/my/pa%20th",
                "a=1&a=x%2By%20%26z", Map.of("h", List.of("1", "2")), "", false, ""));
    }

    @Test
    void read_ofARestApi_keepsThePathAndEncodesParameters() throws IOException {
        assertThat(read(REST_API)).isEqualTo(new HttpEvent(Front.REST_API, "GET", "/my/pa%20th", "a=1&a=x%2By%20%26z",
                Map.of("h", List.of("1", "2")), "", false, ""));
    }

    @Test
    void read_ofALoadBalancer_keepsPathAndParameters() throws IOException {
        assertThat(read(LOAD_BALANCER)).isEqualTo(new HttpEvent(Front.LOAD_BALANCER, "GET", "/my/pa%20th",
                "a=x%2By+z", Map.of("h", List.of("1")), "", false, ""));
        assertThat(read(LOAD_BALANCER_MULTI_VALUE)).isEqualTo(new HttpEvent(Front.LOAD_BALANCER_MULTI_VALUE, "GET",
                "/my/pa%20th", "a=1&a=x%2By+z", Map.of("h", List.of("1", "2")), "", false, ""));
    }

    @Test
    void read_tellsWhomTheFrontHasItFrom() throws IOException {
        assertThat(read(FUNCTION_URL).sourceIp()).isEqualTo("192.0.2.1");
        String caller = "\"requestContext\":{\"identity\":{\"clientCert\":{\"validity\":{\"notAfter\":\"x\"}},"
                + "\"user\":null,\"sourceIp\":\"2001:db8::1\",\"userAgent\":\"u\"},";
        for (String event : List.of(HTTP_API_PAYLOAD_1, REST_API)) {
            assertThat(read(event.replace("\"requestContext\":{", caller)).sourceIp()).isEqualTo("2001:db8::1");
        }
        assertThat(read(LOAD_BALANCER.replace("\"h\":\"1\"", "\"x-forwarded-for\":\"192.0.2.9, 192.0.2.2\""))
                .sourceIp()).isEqualTo("192.0.2.2");
        assertThat(read(LOAD_BALANCER_MULTI_VALUE
                .replace("\"h\":[\"1\",\"2\"]", "\"X-Forwarded-For\":[\"192.0.2.9\",\"192.0.2.3\"]")).sourceIp())
                .isEqualTo("192.0.2.3");
        for (String told : List.of("192.0.2.2:51234", "[2001:db8::1]:51234", "2001:db8::1")) {
            assertThat(read(LOAD_BALANCER.replace("\"h\":\"1\"", "\"x-forwarded-for\":\"192.0.2.9, " + told + "\""))
                    .sourceIp()).as(told).isEqualTo(told.contains("2001") ? "2001:db8::1" : "192.0.2.2");
        }
    }

    @Test
    void read_ofTheLeastThereCanBe_isARequest() throws IOException {
        HttpEvent event = read("{\"rawPath\":\"/\",\"headers\":null,\"body\":null,"
                + "\"requestContext\":{\"http\":{\"method\":\"GET\"}}}");
        assertThat(event.headers()).isEmpty();
        assertThat(event.body()).isEmpty();
        assertThat(read("{\"path\":\"/\",\"httpMethod\":\"GET\"}").front()).isEqualTo(Front.REST_API);
    }

    @ParameterizedTest
    @CsvSource({"/prod,/", "/prod/,/", "/prod/prod/a,/prod/a", "/product/a,/product/a", "/a?b#c,/a%3Fb%23c",
            "/a+b,/a+b", "/%41,/%2541", "/日本,/%E6%97%A5%E6%9C%AC", "/a|b,/a%7Cb", "//prod,//prod"})
    void read_ofAPathThatAnHttpApiDecoded_givesTheOneThatWasSent(String raw, String path) throws IOException {
        assertThat(read(HTTP_API.replace("/prod/my/pa th/100%", raw)).path()).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({"/a%2Fb%41,/a%2Fb%41", "/a|b,/a%7Cb", "/a[b]{c}^,/a%5Bb%5D%7Bc%7D%5E", "/a%zz,/a%zz"})
    void read_ofAPathThatWasNotDecoded_encodesWhatBrowsersDoNot(String raw, String path) throws IOException {
        assertThat(read(FUNCTION_URL.replace("/my/pa%20th", raw)).path()).isEqualTo(path);
    }

    @Test
    void read_withABasePath_leavesItOut() throws IOException {
        var events = new GatewayEvents(new GatewayPaths("/my"));
        for (String event : List.of(FUNCTION_URL, HTTP_API_PAYLOAD_1, REST_API, LOAD_BALANCER)) {
            assertThat(read(events, event).path()).isEqualTo("/pa%20th");
            assertThat(read(events, event.replace("/my/", "/me/")).path()).isEqualTo("/me/pa%20th");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"my", "/", "/my/", "/m y", "/my//path", "/%41"})
    void basePath_thatIsNone_isRefused(String basePath) {
        assertThatThrownBy(() -> new GatewayPaths(basePath)).isInstanceOf(WrongSettingException.class)
                .hasMessageContaining("tallygate.base-path").hasMessageContaining("'" + basePath + "'");
    }

    @Test
    void read_ofAHeaderThatIsNotAscii_givesACharacterForEachByte() throws IOException {
        assertThat(read(withHeader("é日")).headers()).containsEntry("header1",
                List.of("\u00c3\u00a9\u00e6\u0097\u00a5"));
        assertThat(read(withHeader("\ufffdé")).headers()).as("bytes that were not UTF-8").containsEntry("header1",
                List.of("\u00ff\u00c3\u00a9"));
    }

    private static String withHeader(String value) {
        return FUNCTION_URL.replace("\"value1\"", '"' + value + '"');
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"rawPath\":\"/\"}", "{\"rawPath\":\"/\",\"requestContext\":{}}",
            "{\"version\":\"1.0\",\"httpMethod\":\"GET\"}", "{\"path\":\"/\"}", "{\"headers\":1}",
            "{\"rawPath\":\"/\",\"requestContext\":1}", "{\"records\":{}}",
            "{\"path\":\"/\",\"httpMethod\":\"GET\",\"headers\":{\"a\":{}}}"})
    void read_ofWhatIsNoSuchEvent_fails(String event) {
        assertThatThrownBy(() -> read(event)).isInstanceOf(IOException.class);
    }

    @Test
    void write_ofAnAnswer_hasTheShapeThatTheFrontWants() throws IOException {
        var answer = new HttpAnswer(405, Map.of("Allow", List.of("GET", "HEAD")),
                "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        String body = ",\"body\":\"{\\\"a\\\":1}\",\"isBase64Encoded\":false}";
        String joined = "\"headers\":{\"Allow\":\"GET, HEAD\"}" + body;
        String separate = "\"multiValueHeaders\":{\"Allow\":[\"GET\",\"HEAD\"]}" + body;
        for (Front front : List.of(Front.FUNCTION_URL, Front.HTTP_API)) {
            assertThat(written(front, answer)).isEqualTo("{\"statusCode\":405," + joined);
        }
        for (Front front : List.of(Front.HTTP_API_PAYLOAD_1, Front.REST_API)) {
            assertThat(written(front, answer)).isEqualTo("{\"statusCode\":405," + separate);
        }
        String described = "{\"statusCode\":405,\"statusDescription\":\"405 Method Not Allowed\",";
        assertThat(written(Front.LOAD_BALANCER, answer)).isEqualTo(described + joined);
        assertThat(written(Front.LOAD_BALANCER_MULTI_VALUE, answer)).isEqualTo(described + separate);
    }

    @Test
    void write_ofWhatIsNotText_isInBase64() throws IOException {
        String base64 = "\"body\":\"%s\",\"isBase64Encoded\":true}";
        assertThat(written(Front.FUNCTION_URL, new HttpAnswer(200, Map.of(), new byte[]{(byte) 0xff})))
                .endsWith(base64.formatted("/w=="));
        assertThat(written(Front.FUNCTION_URL,
                new HttpAnswer(200, Map.of("Content-Encoding", List.of("gzip")), new byte[]{'a'})))
                .endsWith(base64.formatted("YQ=="));
    }

    private static String written(Front front, HttpAnswer answer) throws IOException {
        var out = new ByteArrayOutputStream();
        GatewayEvents.write(out, front, answer);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static HttpEvent read(String json) throws IOException {
        return read(new GatewayEvents(new GatewayPaths("")), json);
    }

    private static HttpEvent read(GatewayEvents events, String json) throws IOException {
        return events.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }
}
