package io.tallygate.http;

import static io.tallygate.http.ProblemAssert.assertErrors;
import static io.tallygate.http.ProblemAssert.assertInvalid;
import static io.tallygate.http.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.http.TestServer.Answer;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadInputTest {

    private static final int BODY_BYTES_MAX = 1024 * 1024;

    private final TestServer server = new TestServer(Map.of());

    @AfterEach
    void nothingWasWritten() {
        assertThat(server.counters.writes()).isEmpty();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            {}                                                              | resource_id,counter_type
            {"resource_id":"a"}                                             | counter_type
            {"resource_id":null,"counter_type":"b"}                         | resource_id
            {"resource_id":7,"counter_type":["b"]}                          | resource_id,counter_type
            {"resource_id":"","counter_type":"b"}                           | resource_id
            {"resource_id":"a\\u0000","counter_type":"b\\u007f"}            | resource_id,counter_type
            {"resource_id":"\\ud800","counter_type":"b"}                    | resource_id
            {"resource_id":"a","counter_type":"b","delta":0}                | delta
            {"resource_id":"a","counter_type":"b","delta":-0}               | delta
            {"resource_id":"a","counter_type":"b","delta":1.0}              | delta
            {"resource_id":"a","counter_type":"b","delta":1e3}              | delta
            {"resource_id":"a","counter_type":"b","delta":"1"}              | delta
            {"resource_id":"a","counter_type":"b","delta":null,"delta":1}   | delta
            {"resource_id":"a","counter_type":"b","dleta":2}                | dleta
            {"resource_id":"a","counter_type":"b","idempotency_key":"k"}    | idempotency_key
            {"resource_id":"a","counter_type":"b","requestId":"k"}          | requestId
            {"resourceId":"a","counter_type":"b"}                           | resourceId,resource_id
            {"resource_id":"a","counter_type":"b","request_id":7}           | request_id
            {"resource_id":"a","counter_type":"b","delta":{"x":[1]}}        | delta
            {"resource_id":"a","counter_type":"b","delta":9007199254740993} | delta
            {"resource_id":"a","counter_type":"b","delta":-9007199254740993}| delta
            {"resource_id":"a","counter_type":"b","delta":9223372036854775808}         | delta
            {"resource_id":"a","counter_type":"b","delta":99999999999999999999999999}  | delta
            {"resource_id":"a","counter_type":"b","increment":0}            | increment
            {"resource_id":"a","counter_type":"b","delta":1,"increment":2}  | increment
            {"resource_id":"a","counter_type":"b","delta":1,"delta":1}      | delta
            {"resource_id":"a","resource_id":"a","counter_type":"b"}        | resource_id
            {"resource_id":"a","counter_type":"b","async":"true"}           | async
            {"resource_id":"a","counter_type":"b","user_id":""}             | user_id
            {"resource_id":"a","counter_type":"b","user_id":[]}             | user_id
            {"resource_id":"","counter_type":"","delta":0,"user_id":""}     | user_id,resource_id,counter_type,delta
            []                                                              | body
            "text"                                                          | body
            7                                                               | body
            null                                                            | body
            """)
    void increment_brokenRule_isNamed(String body, String fields) {
        assertInvalid(server.increment(body.strip()), fields.strip().split(","));
    }

    @Test
    void increment_badValue_isShownShortened() {
        String id = "é".repeat(129);

        Answer answer = server.increment("{\"resource_id\":\"" + id + "\",\"counter_type\":\"b\"}");

        assertInvalid(answer, "resource_id");
        assertThat(answer.json().at("/errors/0/value").asText()).isEqualTo("é".repeat(64) + "…");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"resource_id\":\"a\"", "{\"resource_id\":\"a", "{\"resource_id\":\"a\",}", "{]",
            "nope", "{'resource_id':'a'}", "{} {}", "{}x", "{\"resource_id\":\"a\tb\"}", "{\"delta\":01}",
            "{\"delta\":NaN}", "{\"delta\":+1}", "{\"x\":\"\\q\"}", "{\"resource_id\":\"a\" \"counter_type\":\"b\"}"})
    void increment_malformedJson_isRefusedAsSuch(String body) {
        Answer answer = server.increment(body);

        assertProblem(answer, 400, "malformed-json");
        assertErrors(answer.json(), "body");
    }

    @Test
    void increment_noBody_isRefused() {
        assertInvalid(server.send("POST", "/api/v1/counter/increment", BodyPublishers.noBody()), "body");
        assertInvalid(server.increment(""), "body");
        assertInvalid(server.batch(""), "body");
        assertProblem(server.increment("   "), 400, "invalid-input");
    }

    @Test
    void increment_deepNesting_isRefused() {
        assertProblem(server.increment("{\"x\":" + "[".repeat(100_000)), 400, "malformed-json");
        assertProblem(server.increment("{\"x\":" + "{\"x\":".repeat(100_000)), 400, "malformed-json");
        assertProblem(server.increment("{\"delta\":" + "9".repeat(5000) + "}"), 400, "malformed-json");
        assertProblem(server.increment("{\"" + "n".repeat(5000) + "\":1}"), 400, "malformed-json");
    }

    @Test
    void increment_invalidUtf8_isRefused() {
        String json = "{\"resource_id\":\"a?\",\"counter_type\":\"b\"}";
        for (int[] bad : new int[][]{{0xff}, {0xc3}, {0xc0, 0x80}, {0xc1, 0xa1}, {0xed, 0xa0, 0x80},
                {0xf5, 0x80, 0x80, 0x80}, {0xe2, 0x82}}) {
            String with = json.replace("?", new String(bytes(bad), StandardCharsets.ISO_8859_1));
            Answer answer = server.post("/api/v1/counter/increment", with.getBytes(StandardCharsets.ISO_8859_1));
            assertProblem(answer, 400, "malformed-json");
        }
    }

    private static byte[] bytes(int[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Test
    void increment_otherContentType_is415() {
        for (String type : new String[]{"text/plain", "application/x-www-form-urlencoded", "application/xml",
                "multipart/form-data; boundary=x"}) {
            assertProblem(server.send("POST", "/api/v1/counter/increment",
                    BodyPublishers.ofString("{\"resource_id\":\"a\",\"counter_type\":\"b\"}"), "Content-Type", type),
                    415, "unsupported-media-type");
        }
    }

    @Test
    void increment_bodyOverOneMebibyte_is413() {
        byte[] large = new byte[BODY_BYTES_MAX + 1];
        Arrays.fill(large, (byte) ' ');

        assertProblem(server.post("/api/v1/counter/increment", large), 413, "content-too-large");
        assertProblem(server.send("POST", "/api/v1/counter/increment",
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)), "Content-Type",
                "application/json"), 413, "content-too-large");
        assertProblem(server.post("/api/v1/counter/increment", Arrays.copyOf(large, BODY_BYTES_MAX)), 400,
                "invalid-input");
    }

    @Test
    void request_withHugeHeadersOrPath_isAProblem() {
        assertThat(server.raw("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n").status())
                .isEqualTo(414);
        assertThat(
                server.raw("GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000) + "\r\n\r\n").status())
                .isEqualTo(431);
    }
}
