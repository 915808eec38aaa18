package io.tallygate.http;

import io.micronaut.context.ApplicationContext;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpServer;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteMatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One increment's way through the framework, without network and with counters that answer at once: the choice of its
 * route alone, and all of it from the request's bytes to the answer's.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class RoutingBenchmark {

    private static final String PATH = "/api/v1/counter/increment";
    private static final String BODY = "{\"resource_id\":\"ansi-styles\",\"counter_type\":\"downloads\",\"delta\":1}";
    private static final byte[] BYTES = ("POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY)
            .getBytes(StandardCharsets.UTF_8);
    private static final String GOOD = "HTTP/1.1 200";

    private final EmbeddedServer server = ApplicationContext.run(EmbeddedServer.class, Map.of("tallygate.port", "-1"));
    private final Router router = server.getApplicationContext().getBean(Router.class);
    private final HttpRequest<?> request = HttpRequest.POST(PATH, BODY);
    private final EmbeddedChannel channel = ((NettyHttpServer) server).buildEmbeddedChannel(false);

    /** A failure would be fast, too. */
    @Setup(Level.Trial)
    public void requireGoodAnswer() {
        channel.writeInbound(Unpooled.copiedBuffer(BYTES));
        channel.runPendingTasks();
        ByteBuf first = channel.readOutbound();
        String answer = first == null ? "nothing" : first.toString(StandardCharsets.UTF_8);
        if (!answer.startsWith(GOOD)) {
            throw new IllegalStateException("answered " + answer);
        }
        channel.releaseOutbound();
    }

    @TearDown(Level.Trial)
    public void close() {
        var _ = channel.close();
        server.close();
    }

    @Benchmark
    public @Nullable UriRouteMatch<Object, Object> route() {
        return router.findClosest(request);
    }

    @Benchmark
    public int wholeRequest() {
        channel.writeInbound(Unpooled.wrappedBuffer(BYTES));
        channel.runPendingTasks();
        int bytes = 0;
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            bytes += part.readableBytes();
            part.release();
        }
        return bytes;
    }
}
