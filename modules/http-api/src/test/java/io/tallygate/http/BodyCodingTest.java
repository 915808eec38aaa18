package io.tallygate.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.http.TestServer.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BodyCodingTest {

    private static final String INCREMENT = "/api/v1/counter/increment";
    private static final int BODY_BYTES_MAX = 1 << 20;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = new TestServer(Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static byte[] increment(String id) {
        return ("{\"resource_id\":\"" + id + "\",\"counter_type\":\"c\"}").getBytes(UTF_8);
    }

    private static byte[] gzip(byte[] plain) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** JSON of exactly this many bytes: an increment and spaces. */
    private static byte[] padded(int bytes) {
        byte[] json = increment("padded");
        byte[] padded = Arrays.copyOf(json, bytes);
        Arrays.fill(padded, json.length, bytes, (byte) ' ');
        return padded;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "GZIP", "x-gzip", " gzip "})
    void post_gzip_isInflated(String coding) {
        Answer answer = server.post(INCREMENT, gzip(increment("gz-" + coding.hashCode())), "Content-Encoding", coding);

        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.json().path("value").longValue()).isOne();
    }

    @Test
    void post_gzipOnEveryRouteWithABody_isInflated() {
        byte[] batch = "{\"operations\":[{\"resource_id\":\"z\",\"counter_type\":\"c\"}]}".getBytes(UTF_8);
        byte[] queries = "{\"queries\":[{\"resource_id\":\"z\",\"counter_type\":\"c\"}]}".getBytes(UTF_8);

        assertThat(server.post("/api/v1/counter/batch-increment", gzip(batch), "Content-Encoding", "gzip").status())
                .isEqualTo(200);
        assertThat(server.post("/api/v1/counter/batch", gzip(queries), "Content-Encoding", "gzip").json()
                .path("results").path(0).path("value").longValue()).isOne();
    }

    @Test
    void post_identity_isReadAsItIs() {
        assertThat(server.post(INCREMENT, increment("i"), "Content-Encoding", "identity").status()).isEqualTo(200);
    }

    @Test
    void post_gzipOfTheLargestBody_isReadAndOneByteMoreIs413() {
        assertThat(server.post(INCREMENT, gzip(padded(BODY_BYTES_MAX)), "Content-Encoding", "gzip").status())
                .isEqualTo(200);

        Answer answer = server.post(INCREMENT, gzip(padded(BODY_BYTES_MAX + 1)), "Content-Encoding", "gzip");
        ProblemAssert.assertProblem(answer, 413, "content-too-large");
        assertThat(answer.text()).contains("inflated");
    }

    @Test
    void post_bomb_is413AndTheConnectionGoesOn() {
        byte[] bomb = gzip(new byte[64 << 20]);

        Answer answer = server.post(INCREMENT, bomb, "Content-Encoding", "gzip");

        ProblemAssert.assertProblem(answer, 413, "content-too-large");
        assertThat(server.post(INCREMENT, increment("after")).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "deflate", "compress", "gzip, gzip", "br, gzip"})
    void post_otherCoding_is415AndSaysWhatIsSupported(String coding) {
        Answer answer = server.post(INCREMENT, increment("o"), "Content-Encoding", coding);

        ProblemAssert.assertProblem(answer, 415, "unsupported-content-coding");
        assertThat(answer.header("Accept-Encoding")).isEqualTo("gzip");
    }

    @Test
    void post_noStreamOrOneThatIsCutOff_is400ThatSaysSo() {
        byte[] whole = gzip(increment("cut"));
        for (byte[] body : new byte[][]{increment("plain"), Arrays.copyOf(whole, whole.length - 9), new byte[1]}) {
            Answer answer = server.post(INCREMENT, body, "Content-Encoding", "gzip");

            ProblemAssert.assertProblem(answer, 400, "bad-request");
            assertThat(answer.text()).contains("gzip");
        }
        assertThat(server.post(INCREMENT, new byte[0], "Content-Encoding", "gzip").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE"})
    void post_otherEncodingThanUtf8_is400ThatSaysSo(String charset) {
        byte[] body = new String(increment("u"), UTF_8).getBytes(Charset.forName(charset));

        Answer answer = server.post(INCREMENT, body);

        ProblemAssert.assertProblem(answer, 400, "malformed-json");
        assertThat(answer.text()).contains("UTF-8");
    }

    @Test
    void post_withAByteOrderMark_isReadWhenItIsUtf8s() {
        String json = "\ufeff{\"resource_id\":\"bom\",\"counter_type\":\"é\"}";

        assertThat(server.post(INCREMENT, json).status()).isEqualTo(200);
        assertThat(server.post(INCREMENT, json.getBytes(StandardCharsets.UTF_16LE)).text()).contains("UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json; charset=utf-16", "application/json;charset=ISO-8859-1"})
    void post_otherCharset_is415ThatSaysUtf8(String contentType) {
        Answer answer = server.send("POST", INCREMENT, BodyPublishers.ofByteArray(increment("cs")), "Content-Type",
                contentType);

        ProblemAssert.assertProblem(answer, 415, "unsupported-media-type");
        assertThat(answer.text()).contains("UTF-8");
        assertThat(answer.header("Accept-Encoding")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json; charset=utf-8", "application/json;Charset=\"UTF-8\""})
    void post_charsetUtf8_isRead(String contentType) {
        assertThat(server.send("POST", INCREMENT, BodyPublishers.ofByteArray(increment("cs")), "Content-Type",
                contentType).status()).isEqualTo(200);
    }
}
