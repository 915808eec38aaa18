package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class DateHeaderTest {

    @Test
    void answer_hasItsSecond() {
        var now = new AtomicReference<>(Instant.parse("2026-01-02T03:04:05.999Z"));
        var channel = new EmbeddedChannel(new DateHeader(now::get));

        assertThat(date(channel)).isEqualTo("Fri, 02 Jan 2026 03:04:05 GMT");
        assertThat(date(channel)).isEqualTo("Fri, 02 Jan 2026 03:04:05 GMT");
        now.set(Instant.parse("2026-01-02T03:04:06Z"));
        assertThat(date(channel)).isEqualTo("Fri, 02 Jan 2026 03:04:06 GMT");
    }

    private static String date(EmbeddedChannel channel) {
        channel.writeOutbound(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        HttpResponse written = channel.readOutbound();
        return written.headers().get("Date");
    }

    @Test
    void everyAnswer_hasOneDate() {
        try (var server = new TestServer(Map.of())) {
            for (String path : new String[]{"/health", "/nothing", "/docs", "/api/v1/counter/a/b"}) {
                assertThat(server.get(path).header("Date")).as(path)
                        .matches("[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT");
            }
        }
    }
}
