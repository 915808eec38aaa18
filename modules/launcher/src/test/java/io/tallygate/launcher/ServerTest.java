package io.tallygate.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The server in this process, from its start to its stop. */
@Timeout(180)
final class ServerTest {

    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;
    private Server server;
    private int port;

    @BeforeEach
    void start() throws StartFailedException {
        start("INFO", Map.of());
    }

    private void start(String logLevel, Map<String, String> more) throws StartFailedException {
        var given = new HashMap<>(Map.of("tallygate.port", "0", "tallygate.grpc.port", "0", "tallygate.data-dir",
                directory.toString(), "tallygate.shutdown.timeout", "20s", "tallygate.log-level", logLevel));
        given.putAll(more);
        server = new Server(Configuration.of(Programs.SETTINGS, given, Map.of()),
                new PrintWriter(out),
                new PrintWriter(err, true));
        server.start();
        Matcher address = ADDRESS.matcher(out.toString());
        assertThat(address.find()).as(out.toString()).isTrue();
        port = Integer.parseInt(address.group(1));
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void start_anyLogLevel_takesOverWhatLibrariesLogByTheJdksOwnLogging() {
        var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        root.addAppender(lines);
        try {
            java.util.logging.Logger.getLogger("io.grpc.some").log(java.util.logging.Level.WARNING, "{0} is away",
                    "it");
        } finally {
            root.detachAppender(lines);
        }
        assertThat(lines.list).extracting(line -> line.getLoggerName() + " " + line.getLevel() + " "
                + line.getFormattedMessage()).containsExactly("io.grpc.some WARN it is away");
        assertThat(java.util.logging.Logger.getLogger("").getHandlers()).as("what would say it twice").hasSize(1);
    }

    @Test
    void start_withoutTokens_saysWhatItRunsOn() {
        assertThat(out.toString()).contains("Tallygate ", "sqlite, synchronous=FULL", directory.toString(),
                "no tokens configured: listening on loopback only");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void start_underAFormerName_warnsOnceAndNamesTheSetting() throws Exception {
        server.stop();
        var log = (Logger) LoggerFactory.getLogger(Server.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        try {
            start("INFO", Map.of("tallygate.cache.ttl", "1s"));
        } finally {
            log.detachAppender(lines);
        }
        assertThat(lines.list).extracting(line -> line.getLevel() + " " + line.getFormattedMessage())
                .containsExactly("WARN tallygate.cache.ttl is the former name of tallygate.counter.cache.ttl,"
                        + " which should be set in its place");
    }

    @Test
    void start_atTrace_writesNoSettingDown() throws Exception {
        server.stop();
        var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var console = root.getAppender("console");
        var log = new ListAppender<ILoggingEvent>();
        log.start();
        root.detachAppender(console);
        root.addAppender(log);
        try {
            start("TRACE", Map.of());
            server.stop();
        } finally {
            root.detachAppender(log);
            root.addAppender(console);
        }
        assertThat(List.copyOf(log.list)).anyMatch(event -> event.getLevel() == Level.TRACE)
                .noneMatch(event -> event.getFormattedMessage().contains(directory.toString()));
    }

    @Test
    void stop_idle_endsWithZeroAndListensNoMore() {
        assertThat(server.stop()).isEqualTo(Launcher.OK);
        assertThat(server.awaitStopped()).isEqualTo(Launcher.OK);
        assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
    }

    @Test
    void stop_requestInFlight_isAnsweredAndToldThatItWasTheLast() throws Exception {
        try (Socket connection = connect()) {
            var answers = new BufferedReader(
                    new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
            send(connection, "/test/slow");
            Slow.entered.get(20, TimeUnit.SECONDS);
            CompletableFuture<Integer> stopped = CompletableFuture.supplyAsync(server::stop);
            awaitRefusal();
            Slow.answer.complete("done");

            assertThat(answers.lines()).contains("HTTP/1.1 200 OK", "connection: close").endsWith("done");
            assertThat(stopped.get(20, TimeUnit.SECONDS)).isEqualTo(Launcher.OK);
        }
    }

    @Test
    void stop_betweenTwoRequestsOfAConnection_answersTheSecond() throws Exception {
        try (Socket connection = connect()) {
            var answers = new BufferedReader(
                    new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
            send(connection, "/test/fast");
            assertThat(Stream.generate(() -> line(answers)).takeWhile(line -> !line.equals("fast")))
                    .contains("HTTP/1.1 200 OK").doesNotContain("connection: close");
            CompletableFuture<Integer> stopped = CompletableFuture.supplyAsync(server::stop);
            awaitRefusal();
            send(connection, "/test/fast");

            assertThat(answers.lines()).contains("HTTP/1.1 200 OK", "connection: close").endsWith("fast");
            assertThat(stopped.get(20, TimeUnit.SECONDS)).isEqualTo(Launcher.OK);
        }
    }

    private static String line(BufferedReader answers) {
        try {
            return String.valueOf(answers.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    private static void send(Socket connection, String path) throws IOException {
        connection.getOutputStream().write(
                ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** The listener is closed after the connections were told. */
    private void awaitRefusal() throws IOException {
        while (true) {
            try {
                connect().close();
                Thread.onSpinWait();
            } catch (ConnectException e) {
                return;
            }
        }
    }

    /** Answers with a line; the slow one when it is told to. */
    @Controller
    static final class Slow {

        static final CompletableFuture<Void> entered = new CompletableFuture<>();
        static final CompletableFuture<String> answer = new CompletableFuture<>();

        @Get(uri = "/test/fast", produces = "text/plain")
        String fast() {
            return "fast\n";
        }

        @Get(uri = "/test/slow", produces = "text/plain")
        CompletableFuture<String> slow() {
            entered.complete(null);
            return answer;
        }
    }
}
