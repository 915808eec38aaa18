package io.tallygate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are compressed, and bodies in other encodings than UTF-8. */
@StoreDoesNotMatter
@OverHttpOnly(because = "it compresses messages by itself, and they have no charset")
class ContentCodingIT extends Suite {

    private static final int BODY_BYTES_MAX = 1 << 20;

    private static byte[] gzip(byte[] plain) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] increment(Counter counter, long delta) {
        return Json.text(Json.increment(counter, delta)).getBytes(UTF_8);
    }

    /** The same JSON with spaces after it, up to this many bytes. */
    private static byte[] padded(byte[] json, int bytes) {
        byte[] padded = Arrays.copyOf(json, bytes);
        Arrays.fill(padded, json.length, bytes, (byte) ' ');
        return padded;
    }

    @Test
    void aGzippedBodyCountsAsThePlainOneDoes() {
        Counter counter = freshCounter();

        Answer answer = api.post(CounterApi.INCREMENT, gzip(increment(counter, 3)), "Content-Encoding", "gzip");
        assertThat(answer).isOk();
        byte[] batch = Json.text(Json.object("operations", List.of(Json.increment(counter, 4)))).getBytes(UTF_8);
        assertThat(api.post(CounterApi.BATCH_INCREMENT, gzip(batch), "Content-Encoding", "x-gzip")).isOk();

        assertThat(counterApi.value(counter)).isEqualTo(7);
    }

    @Test
    void aBodyThatInflatesToMoreThanTheLimitIsRefused() {
        Counter counter = freshCounter();
        byte[] json = increment(counter, 1);
        for (int bytes : new int[]{BODY_BYTES_MAX + 1, 64 << 20}) {
            assertThat(api.post(CounterApi.INCREMENT, gzip(padded(json, bytes)), "Content-Encoding", "gzip"))
                    .hasStatus(413)
                    .isProblem("content-too-large");
        }
        assertThat(counterApi.value(counter)).isZero();
        assertThat(api.post(CounterApi.INCREMENT, gzip(padded(json, BODY_BYTES_MAX)), "Content-Encoding", "gzip"))
                .isOk();
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "deflate", "gzip, gzip"})
    void anotherCodingIsRefusedWithTheOneThatIsSupported(String coding) {
        Answer answer = api.post(CounterApi.INCREMENT, increment(freshCounter(), 1), "Content-Encoding", coding);

        assertThat(answer).hasStatus(415).isProblem("unsupported-content-coding");
        assertThat(answer.header("Accept-Encoding")).isEqualTo("gzip");
    }

    @Test
    void aBrokenGzipStreamIsRefusedByThatName() {
        byte[] whole = gzip(increment(freshCounter(), 1));
        for (byte[] body : List.of(increment(freshCounter(), 1), Arrays.copyOf(whole, whole.length - 10))) {
            Answer answer = api.post(CounterApi.INCREMENT, body, "Content-Encoding", "gzip");

            assertThat(answer).hasStatus(400).isProblem("bad-request");
            assertThat(answer.body()).contains("gzip");
        }
    }

    @Test
    void onlyUtf8IsReadWithOrWithoutItsByteOrderMark() {
        Counter counter = freshCounter();
        String json = new String(increment(counter, 1), UTF_8);
        assertThat(api.post(CounterApi.INCREMENT, "\ufeff" + json)).isOk();
        for (String text : List.of(json, "\ufeff" + json)) {
            for (var charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
                Answer answer = api.post(CounterApi.INCREMENT, text.getBytes(charset));

                assertThat(answer).hasStatus(400).isProblem("malformed-json");
                assertThat(answer.body()).contains("UTF-8");
            }
        }
        Answer answer = api.send("POST", CounterApi.INCREMENT, BodyPublishers.ofString(json, StandardCharsets.UTF_16LE),
                "Content-Type", "application/json; charset=utf-16le");
        assertThat(answer).hasStatus(415).isProblem("unsupported-media-type");
        assertThat(answer.body()).contains("UTF-8");

        assertThat(counterApi.value(counter)).isOne();
    }
}
