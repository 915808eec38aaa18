package io.tallygate.counterservice;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.tallygate.kernel.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.embedded.RedisServer;

/** The service as it is put together, on a real Redis that comes and goes. */
@Timeout(300)
final class ReadinessTest {

    @TempDir
    private Path directory;

    private final int redisPort = freePort();
    private final int operationsPort = freePort();
    private RedisServer redis = newRedis();
    private ApplicationContext context;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        redis.start();
        context = ApplicationContext.builder().deduceEnvironment(false).banner(false).bootstrapEnvironment(false)
                .properties(Map.of("tallygate.store", "redis", "tallygate.redis.uri", "redis://127.0.0.1:" + redisPort,
                        "tallygate.grpc.port", "0", "tallygate.shutdown.timeout", "5s", "tallygate.data-dir",
                        directory.toString(), "tallygate.grpc.operations-port", operationsPort))
                .start();
        var server = context.getBean(EmbeddedServer.class).start();
        channel = ManagedChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
    }

    @AfterEach
    void stop() throws IOException {
        channel.shutdownNow();
        context.close();
        redis.stop();
    }

    @Test
    void health_storeIsAwayAndBack_isFollowedWithoutARestart() throws Exception {
        awaitAll(ServingStatus.SERVING);
        redis.stop();
        awaitAll(ServingStatus.NOT_SERVING);
        redis = newRedis();
        redis.start();
        awaitAll(ServingStatus.SERVING);
    }

    @Test
    void metrics_always_areOnAPortOfTheirOwn() throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            String metrics = client.send(HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + operationsPort + "/metrics")).build(), BodyHandlers.ofString())
                    .body();
            assertThat(metrics).contains("tallygate_commit_time_seconds_count");
        }
    }

    private void awaitAll(ServingStatus wanted) {
        for (String service : List.of("", "tallygate.counter.v1.CounterService", "tallygate.counter.v1.PeerService")) {
            var request = HealthCheckRequest.newBuilder().setService(service).build();
            var health = HealthGrpc.newBlockingStub(channel);
            Await.until(service + " is " + wanted,
                    () -> health.withDeadlineAfter(20, TimeUnit.SECONDS).check(request).getStatus() == wanted);
        }
    }

    private RedisServer newRedis() {
        try {
            return RedisServer.newRedisServer().port(redisPort).setting("bind 127.0.0.1").setting("save \"\"").build();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int freePort() {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
