package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The store answers and takes no writes: Redis has no memory left, PostgreSQL is read-only, SQLite's files were moved away.
 * Callers are told, whoever asks for health is told, the log has one line, and when it is over nothing has to be done.
 */
@EveryStore
@OwnDeployment
class WritesRefusedIT extends Suite {

    private static final Duration NOTICED = Duration.ofSeconds(60);
    private static final Duration RECOVERY = Duration.ofSeconds(30);
    private static final Pattern FAILING = Pattern.compile("WARN .*Writes have failed for .*"
            + "(OOM command not allowed|read-only transaction|deleted or replaced while in use)");
    private static final Pattern RECOVERED = Pattern.compile("WARN .*Writes succeed again");

    @Override
    Launch launch() {
        return Launch.defaults().commitTimeout(Duration.ofSeconds(5));
    }

    @Test
    void writesThatFailAreToldUntilTheySucceedAgain() {
        Counter counter = freshCounter();
        counterApi.increment(counter, 1);
        refuseWrites();
        assertThat(api.post(CounterApi.INCREMENT, Json.increment(counter, 1))).isUnavailable();
        if (!Deployments.isOverGrpc()) {
            Await.until(NOTICED, "health tells it", () -> Readiness.isAwayTold(api));
        }
        Await.until(NOTICED, "the log says why", () -> lines(FAILING) > 0);
        assertThat(lines(RECOVERED)).isZero();
        if (!Deployments.isFunctions()) {
            assertThat(Readiness.isReady(api)).as("there are still answers to give").isTrue();
        }

        takeWrites();
        Await.until(RECOVERY, "well again, without a request that writes", () -> Readiness.isWell(api));
        Await.until(NOTICED, "the log says that it is over", () -> lines(RECOVERED) == lines(FAILING));
        assertThat(lines(FAILING)).as("one line for each process that writes").isBetween(1L, 2L);
        assertThat(deployment.log()).as("no stack trace").doesNotContain("\tat ");
        assertThat(counterApi.increment(counter, 1)).isBetween(2L, 3L);
    }

    private long lines(Pattern pattern) {
        return deployment.log().lines().filter(line -> pattern.matcher(line).find()).count();
    }

    private void refuseWrites() {
        if (Stores.isEmbedded()) {
            move("journal.0", "away.0");
            move("journal.1", "away.1");
        } else {
            store.refuseWrites();
        }
    }

    private void takeWrites() {
        if (Stores.isEmbedded()) {
            move("away.0", "journal.0");
            move("away.1", "journal.1");
        } else {
            store.takeWrites();
        }
    }

    private void move(String from, String to) {
        Path directory = deployment.dataDir();
        try {
            Files.move(directory.resolve(from), directory.resolve(to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
