package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class HttpDateTest {

    @Test
    void answer_hasItsSecond() {
        var now = new AtomicReference<>(Instant.parse("2026-01-02T03:04:05.999Z"));
        var date = new HttpDate(now::get);

        assertThat(date.now().toString()).isEqualTo("Fri, 02 Jan 2026 03:04:05 GMT");
        assertThat(date.now().toString()).isEqualTo("Fri, 02 Jan 2026 03:04:05 GMT");
        now.set(Instant.parse("2026-01-02T03:04:06Z"));
        assertThat(date.now().toString()).isEqualTo("Fri, 02 Jan 2026 03:04:06 GMT");
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
