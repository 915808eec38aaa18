package io.tallygate.grpc.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.tallygate.counter.Window;
import io.tallygate.grpc.connect.Channels;
import io.tallygate.grpc.connect.ConnectSettings;
import io.tallygate.grpc.connect.Instance;
import io.tallygate.grpc.connect.InstanceBreakers;
import io.tallygate.grpc.connect.Policy;
import io.tallygate.grpc.connect.Target;
import io.tallygate.kernel.Await;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.DelegatingStore;
import io.tallygate.ledger.LedgerStore.Ranked;
import io.tallygate.ledger.OracleStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class RemoteLeaderboardsTest {

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(1);

    @TempDir
    private Path directory;

    @Test
    void top_ofAllTimeAndOneInstanceHangs_isAnsweredByTheOther() {
        var gate = new CountDownLatch(1);
        var asked = new AtomicInteger();
        var hangs = new DelegatingStore(new OracleStore(new OracleStore.Data())) {
            @Override
            public List<Ranked> rank(Book book, String section, int limit) {
                asked.incrementAndGet();
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return super.rank(book, section, limit);
            }
        };
        try (var hanging = new Service(directory.resolve("hanging"), 0, hangs);
                var other = new Service(directory.resolve("other"), 0, new OracleStore(new OracleStore.Data()));
                Channels channels = channels(hanging, other)) {
            channels.warmUp().toCompletableFuture().join();
            var leaderboards = new RemoteLeaderboards(channels, CALL_TIMEOUT, InstantSource.system());
            // The channels are warm when one instance is connected to; the other one follows.
            Await.until("the hanging one is asked", () -> {
                assertThat(leaderboards.top("likes", Window.ALL, 1)).succeedsWithin(CALL_TIMEOUT.multipliedBy(10));
                return asked.get() > 0;
            });
            gate.countDown();
        }
    }

    private static Channels channels(Service... services) {
        var target = new Target.Fixed(List.of(services).stream()
                .map(service -> new Instance("127.0.0.1", service.port(), 1)).toList());
        return Channels.open(GrpcClientFactory.REMOTE,
                new ConnectSettings(target, Policy.ROUND_ROBIN, 1, Duration.ofSeconds(30),
                        Duration.ofSeconds(5), Optional.empty()),
                new InstanceBreakers(CircuitBreakerConfig.ofDefaults()));
    }
}
