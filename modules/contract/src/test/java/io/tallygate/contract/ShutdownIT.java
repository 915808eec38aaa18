package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code SIGTERM}: what was accepted is finished and answered, what was acknowledged is stored, then the process ends. */
@OwnDeployment
@SkipOn(deployment = Deployments.FUNCTIONS,
        because = "Lambda ends an environment without asking, between invocations; FunctionsHttpIT has what is true instead")
class ShutdownIT extends Suite {

    /**
     * A server may close a connection that is idle, and a client's next request can cross that on its way. Then the
     * client sees the end at once, or as soon as a busy machine lets it. A request that the server had is another matter:
     * its connection is open until it is answered, or until the time for stopping is over.
     */
    private static final Duration CROSSED_MAX = Duration.ofSeconds(3);

    private static final int BATCH_SIZE = 1_000;

    @Test
    void underLoadNothingAcknowledgedIsLostAndEveryRequestIsAnswered() {
        List<Counter> counters = freshCounters(200);
        var ledger = new Ledger(seed);
        try (Traffic traffic = Traffic.start(deployment.baseUrl(), ledger, sources(counters))) {
            traffic.awaitAcknowledged(500);
            deployment.requestStop();
            int exitCode = deployment.awaitExit(Launch.STOP_DEADLINE);
            traffic.awaitEnd();
            assertThat(exitCode).as("exit code").isZero();
        }
        ledger.assertNoSurprise();
        ledger.refusals().forEach(answer -> assertThat(answer).isUnavailable());
        assertThat(ledger.cuts()).as("connections that ended before an answer (%s)", seed).allSatisfy(cut -> {
            assertThat(cut.how()).isIn(Fate.How.CLOSED, Fate.How.RESET);
            assertThat(cut.waited()).isLessThan(CROSSED_MAX);
        });
        deployment.start();
        ledger.assertHeldBy(counterApi, counters);
        ledger.settle(api);
        awaitDrained(ledger, counters);
    }

    /**
     * The server has the beginning of these requests when it is told to stop, as its interim answer proves. So it has
     * accepted them, and waits a moment for the rest.
     */
    @Test
    @OverHttpOnly(because = "a call of one message has no beginning that the server answers")
    void aRequestWhoseBodyIsStillUnderwayIsAnswered() throws IOException {
        Counter counter = freshCounter();
        byte[] body = Json.text(Json.increment(counter, 1)).getBytes(StandardCharsets.UTF_8);
        var wires = new ArrayList<Wire>();
        try {
            for (int i = 0; i < 8; i++) {
                wires.add(begunRequest(body.length));
            }
            deployment.requestStop();
            Await.until(Duration.ofSeconds(20), "it stops listening or says that it is not ready",
                    () -> refusesConnections(deployment.baseUrl()) || !Readiness.isReady(api));
            long applied = 0;
            for (Wire wire : wires) {
                wire.write(body);
                Answer answer = wire.read().orElseThrow(() -> new AssertionError("closed before the answer"));
                assertThat(answer).hasStatusIn(200, 408, 503);
                applied += answer.status() == 200 ? 1 : 0;
            }
            assertThat(deployment.awaitExit(Launch.STOP_DEADLINE)).as("exit code").isZero();
            deployment.start();
            assertThat(counterApi.value(counter)).isBetween(applied, (long) wires.size());
        } finally {
            for (Wire wire : wires) {
                wire.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /hea", "POST /api/v1/counter/increment HTTP/1.1\r\nHost: localhost\r\n",
            "POST /api/v1/counter/increment HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 100\r\n\r\n{\"res"})
    @OverHttpOnly(because = "a call of one message has no beginning that the server answers")
    void aRequestThatNeverEndsIsAnsweredSoonAndCostsNothingElse(String beginning) throws IOException {
        Counter counter = new Counter(seed.name("item"), seed.name("kept"));
        counterApi.increment(counter, 7);
        try (Wire wire = Wire.connect(deployment.baseUrl()); Wire used = Wire.connect(deployment.baseUrl())) {
            used.sendHead("GET", "/health/liveness", List.of());
            assertThat(used.read().orElseThrow()).isOk();
            wire.write(beginning);
            deployment.requestStop();
            assertThat(wire.read().orElseThrow(() -> new AssertionError("closed without a word"))).isProblem(408);
            assertThat(wire.read()).isEmpty();
            assertThat(deployment.awaitExit(Duration.ofSeconds(15))).as("exit code").isZero();
        }
        deployment.start();
        Answer window = api.get("/api/v1/leaderboard/" + counter.counterType() + "?window=1h&limit=10");
        assertThat(window.each("entries", "resource_id")).containsExactly(counter.resourceId());
    }

    @Test
    void whatWasAcceptedWithoutWaitingIsDrained() {
        List<Counter> counters = freshCounters(50);
        Clients.atOnce(8, client -> {
            for (int i = 0; i < 50; i++) {
                var body = Json.increment(counters.get(i), 1);
                body.put("async", true);
                assertThat(api.post(CounterApi.INCREMENT, body)).hasStatus(202);
            }
            return client;
        });
        deployment.requestStop();
        assertThat(deployment.awaitExit(Launch.STOP_DEADLINE)).as("exit code").isZero();
        deployment.start();
        counters.forEach(counter -> assertThat(counterApi.value(counter)).as("%s", counter).isEqualTo(8));
    }

    @Test
    @OverHttpOnly(because = "the idle connection would be one to this suite's own front")
    void withoutLoadItEndsAtOnceAlthoughAClientKeepsAnIdleConnection() throws IOException {
        try (Wire idle = Wire.connect(deployment.baseUrl())) {
            idle.sendHead("GET", "/health/liveness", List.of());
            assertThat(idle.read()).hasValueSatisfying(answer -> assertThat(answer).isOk());
            deployment.requestStop();
            assertThat(deployment.awaitExit(Duration.ofSeconds(20))).as("exit code").isZero();
            assertThat(idle.read()).as("the idle connection is closed in order").isEmpty();
        }
        deployment.start();
    }

    @Test
    void aSecondSignalWhileItStopsDoesNoHarm() {
        Counter counter = freshCounter();
        counterApi.increment(counter, 1);
        deployment.requestStop();
        deployment.requestStop();
        assertThat(deployment.awaitExit(Launch.STOP_DEADLINE)).as("exit code").isZero();
        deployment.start();
        assertThat(counterApi.value(counter)).isEqualTo(1);
    }

    /** Large batches keep the writer busy, so that nearly every request is well inside the server when the signal comes. */
    private List<Call.Source> sources(List<Counter> counters) {
        var sources = new ArrayList<Call.Source>();
        for (int i = 0; i < 6; i++) {
            sources.add(Call.singles(counters, seed.random(100 + i), seed.name("single")));
            sources.add(Call.batches(counters, BATCH_SIZE, seed.random(200 + i), seed.name("batch")));
        }
        for (int i = 0; i < 3; i++) {
            sources.add(Call.asyncSingles(counters, seed.random(300 + i), seed.name("async")));
        }
        return sources;
    }

    /** What settling repeated without waiting is committed soon; then every call has counted exactly once. */
    private void awaitDrained(Ledger ledger, List<Counter> counters) {
        deployment.restart();
        ledger.assertExact(counterApi, counters);
    }

    private Wire begunRequest(int length) throws IOException {
        Wire wire = Wire.connect(deployment.baseUrl());
        wire.sendHead("POST", CounterApi.INCREMENT,
                List.of("Content-Type: application/json", "Content-Length: " + length,
                        "Expect: 100-continue"));
        Answer interim = wire.read().orElseThrow(() -> new AssertionError("closed before the interim answer"));
        assertThat(interim).hasStatus(100);
        return wire;
    }

    private static boolean refusesConnections(URI baseUrl) {
        try {
            Wire.connect(baseUrl).close();
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
