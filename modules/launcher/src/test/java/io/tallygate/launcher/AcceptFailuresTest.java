package io.tallygate.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AcceptFailuresTest {

    private static final String NETTY = "io.netty.channel.DefaultChannelPipeline";
    private static final long START_MILLIS = 1_800_000_000_000L;

    private final AcceptFailures encoder = new AcceptFailures();

    @BeforeEach
    void start() {
        encoder.setContext(new LoggerContext());
        encoder.setPattern("%level %msg%n");
        encoder.start();
    }

    private String written(String logger, int second, Exception cause) {
        var event = new LoggingEvent();
        event.setLoggerName(logger);
        event.setLevel(Level.WARN);
        event.setTimeStamp(START_MILLIS + 1_000L * second);
        event.setMessage("An exceptionCaught() event was fired");
        event.setThrowableProxy(new ThrowableProxy(cause));
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void encode_tooManyOpenFilesEachSecond_isOneLineAndThenARate() {
        List<String> lines = IntStream.range(0, 61)
                .mapToObj(second -> written(NETTY, second, new IOException("Too many open files")))
                .filter(line -> !line.isEmpty()).toList();

        assertThat(lines).containsExactly(
                "WARN Connections cannot be accepted: too many open files, the limit is ulimit -n\n",
                "WARN Connections cannot be accepted: too many open files, the limit is ulimit -n (30 times in 30 s)\n",
                "WARN Connections cannot be accepted: too many open files, the limit is ulimit -n (30 times in 30 s)\n");
    }

    @Test
    void encode_eventOfAnotherThreadThatWasFirst_isCountedAndNotTold() {
        assertThat(written(NETTY, 1, new IOException("Too many open files"))).isNotEmpty();
        assertThat(written(NETTY, 0, new IOException("Too many open files"))).isEmpty();
        assertThat(written(NETTY, -3_600, new IOException("Too many open files"))).as("the clock was set back")
                .isNotEmpty();
    }

    @Test
    void encode_anythingElse_isAsThePatternSays() {
        assertThat(written(NETTY, 0, new IOException("Connection reset by peer"))).contains("An exceptionCaught()")
                .contains("java.io.IOException: Connection reset by peer").contains("\tat ");
        assertThat(written("other", 0, new IOException("Too many open files"))).contains("\tat ");
    }
}
