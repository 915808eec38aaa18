package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.tallygate.counter.CounterKey;
import io.tallygate.kernel.CommitTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the fast path takes, what it hands on untouched, and that answers keep the order of the requests. */
class IncrementFastPathTest {

    private static final String PATH = "/api/v1/counter/increment";
    private static final String BODY = "{\"resource_id\":\"a\",\"counter_type\":\"likes\",\"delta\":2}";

    private final MemoryCounters counters = new MemoryCounters();
    private final List<String> asked = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelOutboundHandlerAdapter() {
        @Override
        public void read(ChannelHandlerContext context) {
            asked.add("read");
            context.read();
        }
    }, new IncrementFastPath(counters));

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private static HttpRequest head(String... headers) {
        return head(HttpVersion.HTTP_1_1, HttpMethod.POST, PATH, headers);
    }

    private static HttpRequest head(HttpVersion version, HttpMethod method, String path, String... headers) {
        var request = new DefaultHttpRequest(version, method, path);
        request.headers().set("Host", "localhost").set("Content-Type", "application/json").set("Content-Length", "52");
        for (int i = 0; i < headers.length; i += 2) {
            request.headers().set(headers[i], headers[i + 1]);
        }
        return request;
    }

    private static LastHttpContent body(String text) {
        return new DefaultLastHttpContent(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    private FullHttpResponse answer() {
        channel.runPendingTasks();
        FullHttpResponse response = channel.readOutbound();
        assertThat(response).as("an answer").isNotNull();
        return response;
    }

    private static String text(FullHttpResponse response) {
        return response.content().toString(StandardCharsets.UTF_8);
    }

    @Test
    void increment_ordinary_isAnsweredHere() {
        channel.writeInbound(head("Connection", "keep-alive", "User-Agent", "x", "Accept", "*/*"), body(BODY));

        FullHttpResponse response = answer();
        assertThat(response.status()).isEqualTo(HttpResponseStatus.OK);
        assertThat(response.headers().get("content-type")).isEqualTo("application/json");
        assertThat(response.headers().get("content-length")).isEqualTo(Integer.toString(text(response).length()));
        assertThat(text(response)).isEqualTo("{\"resource_id\":\"a\",\"counter_type\":\"likes\",\"value\":2}");
        assertThat(channel.<Object>readInbound()).isNull();
    }

    static Stream<HttpRequest> otherRequests() {
        return Stream.of(
                head(HttpVersion.HTTP_1_0, HttpMethod.POST, PATH),
                head(HttpVersion.HTTP_1_1, HttpMethod.PUT, PATH),
                head(HttpVersion.HTTP_1_1, HttpMethod.POST, PATH + "?a=b"),
                head(HttpVersion.HTTP_1_1, HttpMethod.POST, "/api/v1/counter/batch-increment"),
                head("Idempotency-Key", "k"),
                head("Connection", "close"),
                head("Content-Type", "text/plain"),
                head("Content-Type", "application/json; charset=utf-8"),
                head("Transfer-Encoding", "chunked"),
                head("Content-Encoding", "gzip"),
                head("Expect", "100-continue"),
                head("Accept", "text/html"),
                head("Authorization", "Bearer x"),
                head("Origin", "http://localhost"));
    }

    @ParameterizedTest
    @MethodSource("otherRequests")
    void request_outOfTheOrdinary_isHandedOnAsItCame(HttpRequest request) {
        LastHttpContent content = body(BODY);
        channel.writeInbound(request, content);

        assertThat(channel.<Object>readInbound()).isSameAs(request);
        assertThat(channel.<Object>readInbound()).isSameAs(content);
        assertThat(counters.writes()).isEmpty();
    }

    static Stream<String> otherBodies() {
        return Stream.of("", "{", "[]", "{}", BODY + "x", BODY.replace("2", "0"), BODY.replace("2", "1.5"),
                BODY.replace("}", ",\"async\":true}"), BODY.replace("\"a\"", "\"" + "x".repeat(257) + "\""),
                BODY.replace("}", ",\"note\":\"" + "x".repeat(5_000) + "\"}"));
    }

    @ParameterizedTest
    @MethodSource("otherBodies")
    void body_outOfTheOrdinary_isHandedOnAsItCame(String text) {
        HttpRequest request = head();
        LastHttpContent content = body(text);
        channel.writeInbound(request, content);

        assertThat(channel.<Object>readInbound()).isSameAs(request);
        assertThat(channel.<Object>readInbound()).isSameAs(content);
        assertThat(content.content().toString(StandardCharsets.UTF_8)).isEqualTo(text);
        assertThat(counters.writes()).isEmpty();
    }

    @Test
    void body_inSeveralPieces_isHandedOn() {
        HttpRequest request = head();
        HttpContent first = new DefaultHttpContent(Unpooled.copiedBuffer(BODY, 0, 10, StandardCharsets.UTF_8));
        LastHttpContent last = body(BODY.substring(10));
        channel.writeInbound(request, first, last);

        assertThat(channel.<Object>readInbound()).isSameAs(request);
        assertThat(channel.<Object>readInbound()).isSameAs(first);
        assertThat(channel.<Object>readInbound()).isSameAs(last);
    }

    @Test
    void request_behindACommit_waitsAndStopsReading() {
        var gate = new CompletableFuture<Void>();
        counters.waitFor(gate);
        HttpRequest other = head(HttpVersion.HTTP_1_1, HttpMethod.GET, "/health");
        channel.writeInbound(head(), body(BODY), head(), body(BODY), other, LastHttpContent.EMPTY_LAST_CONTENT);
        asked.clear();
        channel.read();
        assertThat(counters.waiting()).isEqualTo(1);
        assertThat(asked).isEmpty();
        assertThat(channel.<Object>readInbound()).isNull();

        gate.complete(null);

        assertThat(text(answer())).contains("\"value\":2");
        assertThat(text(answer())).contains("\"value\":4");
        assertThat(channel.<Object>readInbound()).isSameAs(other);
        assertThat(asked).containsExactly("read");
    }

    @Test
    void increment_behindARequestHandedOn_isHandedOnUntilThatIsAnswered() {
        HttpRequest other = head(HttpVersion.HTTP_1_1, HttpMethod.GET, "/health");
        channel.writeInbound(other, LastHttpContent.EMPTY_LAST_CONTENT, head(), body(BODY));
        assertThat(channel.inboundMessages()).hasSize(4);
        assertThat(counters.writes()).isEmpty();

        for (int i = 0; i < 2; i++) {
            channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        }
        channel.releaseOutbound();
        channel.writeInbound(head(), body(BODY));
        assertThat(text(answer())).contains("\"value\":2");
    }

    @Test
    void close_duringACommit_waitsForTheAnswer() {
        var gate = new CompletableFuture<Void>();
        counters.waitFor(gate);
        channel.writeInbound(head(), body(BODY));
        channel.close();
        assertThat(channel.isOpen()).isTrue();

        gate.complete(null);

        assertThat(answer().status()).isEqualTo(HttpResponseStatus.OK);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void commit_thatFails_isTheSameProblemAsEverywhere() {
        counters.failWith(new CommitTimeoutException(Duration.ofSeconds(2)));
        channel.writeInbound(head(), body(BODY));

        FullHttpResponse response = answer();
        assertThat(response.status().code()).isEqualTo(503);
        assertThat(response.headers().get("retry-after")).isEqualTo("1");
        assertThat(response.headers().get("content-type")).isEqualTo("application/problem+json");
        assertThat(text(response)).contains("commit-timeout");
    }

    @Test
    void counter_atTheEndOfItsRange_isAConflict() {
        counters.set(new CounterKey("a", "likes"), Long.MAX_VALUE);
        channel.writeInbound(head(), body(BODY));

        FullHttpResponse response = answer();
        assertThat(response.status().code()).isEqualTo(409);
        assertThat(text(response)).contains("counter-overflow");
    }

    @Test
    void connection_goneBeforeTheCommit_dropsTheAnswer() {
        var gate = new CompletableFuture<Void>();
        counters.waitFor(gate);
        channel.writeInbound(head(), body(BODY), head(), body(BODY));
        channel.disconnect();
        channel.pipeline().fireChannelInactive();

        gate.complete(null);
        channel.runPendingTasks();

        assertThat(counters.writes()).isNotEmpty();
    }
}
