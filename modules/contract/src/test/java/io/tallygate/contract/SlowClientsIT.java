package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that open connections and do not use them, or take for ever to say what they want. */
@OwnDeployment
@StoreDoesNotMatter
@OverHttpOnly(because = "gRPC's connections have bounds of their own")
@SkipOn(deployment = Deployments.FUNCTIONS, because = "API Gateway keeps the connections")
class SlowClientsIT extends Suite {

    private static final int CONNECTIONS_MAX = 20;
    private static final Duration SOON = Duration.ofSeconds(60);

    @Override
    Launch launch() {
        return Launch.patient().with("TALLYGATE_HTTP_REQUEST_TIMEOUT", "500ms")
                .with("TALLYGATE_HTTP_IDLE_TIMEOUT", "3s")
                .with("TALLYGATE_HTTP_CONNECTIONS_MAX", Integer.toString(CONNECTIONS_MAX));
    }

    @ParameterizedTest
    @ValueSource(strings = {"G", "GET /health", "GET /health HTTP/1.1\r\nHost: localhost\r\nX: ",
            "POST /api/v1/counter/increment HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 100\r\n\r\n{\"res",
            "POST /api/v1/counter/increment HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"res"})
    void whatIsNotWholeInTimeIsAnsweredSoAndClosed(String beginning) throws IOException {
        try (Wire wire = Wire.connect(deployment.baseUrl())) {
            wire.write(beginning);
            Answer answer = wire.read().orElseThrow(() -> new AssertionError("closed without a word"));
            assertThat(answer).isProblem(408);
            assertThat(answer.header("Connection")).isEqualToIgnoringCase("close");
            assertThat(wire.read()).isEmpty();
        }
    }

    @Test
    void aConnectionWithoutARequestIsClosed() throws IOException {
        try (Wire unused = Wire.connect(deployment.baseUrl()); Wire used = Wire.connect(deployment.baseUrl())) {
            used.sendHead("GET", "/health", List.of());
            assertThat(used.read().orElseThrow()).isOk();
            assertThat(unused.read()).isEmpty();
            assertThat(used.read()).isEmpty();
        }
    }

    @Test
    void moreConnectionsThanAllowedAreToldAndSlowClientsMakeRoomInTime() throws IOException {
        var slow = new ArrayList<Wire>();
        try {
            for (int i = 0; i < CONNECTIONS_MAX; i++) {
                Wire wire = Wire.connect(deployment.baseUrl());
                wire.write("GET /health HTTP/1.1\r\nHost: localhost\r\n");
                slow.add(wire);
            }
            Answer refused = null;
            for (long end = System.nanoTime() + SOON.toNanos(); refused == null && System.nanoTime() < end;) {
                Wire wire = Wire.connect(deployment.baseUrl());
                slow.add(wire);
                wire.sendHead("GET", "/health", List.of());
                Optional<Answer> answer = wire.read();
                refused = answer.filter(a -> a.status() == 503).orElse(null);
            }
            assertThat(refused).as("one connection too many").isNotNull();
            assertThat(refused).isUnavailable().isProblem("overloaded");
            Await.until(SOON, "there is room again", () -> answers());
        } finally {
            for (Wire wire : slow) {
                wire.close();
            }
        }
    }

    private boolean answers() {
        try (Wire wire = Wire.connect(deployment.baseUrl())) {
            wire.sendHead("GET", "/health", List.of());
            return wire.read().filter(answer -> answer.status() == 200).isPresent();
        } catch (IOException e) {
            return false;
        }
    }
}
