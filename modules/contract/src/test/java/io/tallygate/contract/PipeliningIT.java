package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several requests in one packet, and a client that has said all it will say. */
@OverHttpOnly(because = "HTTP/2 has streams of their own for each call")
@SkipOn(deployment = Deployments.FUNCTIONS,
        because = "API Gateway reads the connection; a function gets single requests")
class PipeliningIT extends Suite {

    private static final int TIMES = 20;
    private static final int SCRAPES_THOUSANDS = 20;
    private static final int OTHERS = 8;
    private static final int ROUNDS = 5;

    private static String post(String path, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    private static String increment(Counter counter) {
        return post(CounterApi.INCREMENT, Json.text(Json.increment(counter, 1)));
    }

    private static String read(Counter counter) {
        return "GET " + counter.path() + "?consistency=strong HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    private static String delete(Counter counter) {
        return "DELETE " + counter.path() + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    private static long valueOf(Wire wire) throws IOException {
        Answer answer = wire.read().orElseThrow(() -> new AssertionError("no answer"));
        assertThat(answer).isOk();
        return answer.json().path("value").longValue();
    }

    @Test
    void aReadSeesTheWritesBeforeItAndNoneBehindIt() throws IOException {
        Counter a = freshCounter();
        Counter b = freshCounter();
        try (Wire wire = Wire.connect(deployment.baseUrl())) {
            for (int i = 0; i < TIMES; i++) {
                wire.write(increment(a) + increment(b) + increment(a) + read(a) + read(b) + increment(a) + read(a));
                assertThat(new long[]{valueOf(wire), valueOf(wire), valueOf(wire), valueOf(wire), valueOf(wire),
                        valueOf(wire), valueOf(wire)})
                        .containsExactly(3 * i + 1, i + 1, 3 * i + 2, 3 * i + 2, i + 1, 3 * i + 3, 3 * i + 3);
            }
        }
    }

    @Test
    void resetsAndBatchesTakeEffectInTheirTurn() throws IOException {
        Counter counter = freshCounter();
        String batch = Json.batch(List.of(Json.increment(counter, 5)));
        String query = "{\"queries\":[{\"resource_id\":\"" + counter.resourceId() + "\",\"counter_type\":\""
                + counter.counterType() + "\"}]}";
        try (Wire wire = Wire.connect(deployment.baseUrl())) {
            for (int i = 0; i < TIMES; i++) {
                wire.write(increment(counter) + delete(counter) + post(CounterApi.BATCH_INCREMENT, batch)
                        + read(counter)
                        + post(CounterApi.BATCH_GET + "?consistency=strong", query) + delete(counter) + read(counter));
                assertThat(valueOf(wire)).isEqualTo(1);
                assertThat(wire.read().orElseThrow()).hasStatus(204);
                assertThat(wire.read().orElseThrow().json().path("results").path(0).path("value").longValue())
                        .isEqualTo(5);
                assertThat(valueOf(wire)).isEqualTo(5);
                assertThat(wire.read().orElseThrow().json().path("results").path(0).path("value").longValue())
                        .isEqualTo(5);
                assertThat(wire.read().orElseThrow()).hasStatus(204);
                assertThat(valueOf(wire)).isZero();
            }
        }
    }

    @Test
    void whoHasSentItsLastByteIsAnswered() throws IOException {
        Counter counter = freshCounter();
        for (int i = 1; i <= TIMES; i++) {
            try (Wire wire = Wire.connect(deployment.baseUrl())) {
                wire.write(increment(counter));
                wire.endOutput();
                assertThat(valueOf(wire)).isEqualTo(i);
                assertThat(wire.read()).as("then the connection ends").isEmpty();
            }
        }
    }

    @Test
    void whoHasSentItsLastByteIsAnsweredEveryRequest() throws IOException {
        Counter counter = freshCounter();
        try (Wire wire = Wire.connect(deployment.baseUrl())) {
            wire.write((increment(counter) + read(counter)).repeat(TIMES));
            wire.endOutput();
            for (int i = 1; i <= TIMES; i++) {
                assertThat(valueOf(wire)).isEqualTo(i);
                assertThat(valueOf(wire)).isEqualTo(i);
            }
            assertThat(wire.read()).isEmpty();
        }
    }

    /** Compares numbers of answers and no times, so it holds on a busy machine. */
    @Test
    @OneDeploymentIsEnough
    void whoScrapesTheMetricsVeryOftenKeepsNobodyElseWaiting() throws IOException {
        try (Others others = new Others();
                Scraper scraper = Scraper.ofThousands(SCRAPES_THOUSANDS, deployment.baseUrl())) {
            // While no answer is taken, most of them must wait.
            for (int round = 1; round <= ROUNDS; round++) {
                others.increment();
            }

            var allTaken = scraper.takeAnswers();
            int rounds = 0;
            while (!allTaken.isDone()) {
                others.increment();
                rounds++;
            }
            allTaken.join();
            assertThat(scraper.taken()).isEqualTo(scraper.requests());
            assertThat(rounds).as("rounds of increments while scrapes were answered").isGreaterThan(ROUNDS);
            // One collection for each scrape would keep a thread that reads connections busy for seconds.
            assertThat(scraper.different()).as("collections").isLessThan(scraper.requests() / 4);
        }
    }

    /** Clients with a connection each, as many as it takes for one on every thread that reads connections. */
    private final class Others implements Closeable {

        private final List<Wire> wires = new ArrayList<>();
        private final Counter counter = freshCounter();

        private Others() throws IOException {
            for (int i = 0; i < OTHERS; i++) {
                wires.add(Wire.connect(deployment.baseUrl()));
            }
        }

        /** Each adds one and gets its answer. */
        private void increment() throws IOException {
            for (Wire wire : wires) {
                wire.write(PipeliningIT.increment(counter));
            }
            for (Wire wire : wires) {
                valueOf(wire);
            }
        }

        @Override
        public void close() throws IOException {
            for (Wire wire : wires) {
                wire.close();
            }
        }
    }
}
