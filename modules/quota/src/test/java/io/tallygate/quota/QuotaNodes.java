package io.tallygate.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.ProblemKind;
import io.tallygate.kernel.RequestKey;
import io.tallygate.kernel.StageFailures;
import io.tallygate.ledger.LedgerSettings;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.ReadCacheSettings;
import io.tallygate.ledger.SettableClock;
import io.tallygate.ledger.StoredLedger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Processes with quotas on one store. Their clock is one that a test moves. */
final class QuotaNodes implements AutoCloseable {

    static final AsyncSettings ASYNC = new AsyncSettings(2, 100, 10, Duration.ofMillis(20), 3,
            Duration.ofMillis(10));

    /** So long after its answer a change decides everywhere. */
    static final Duration IN_EFFECT = Duration.ofSeconds(5);

    private static final CommitSettings COMMIT = CommitSettings.DEFAULT;
    private static final LedgerSettings LEDGER = new LedgerSettings(
            List.of(new ReadCacheSettings(Set.of(UsageRows.LONG, UsageRows.SHORT), 10_000, Duration.ofSeconds(5))),
            Duration.ofMillis(50));

    final SettableClock clock = new SettableClock();
    final OracleStore.Data data = new OracleStore.Data();
    private final long began = clock.nanos();
    private final List<Node> opened = new ArrayList<>();
    private final Random random = new Random(1);
    /** How often each quota type was granted and denied, all processes together. */
    final ConcurrentHashMap<String, Integer> told = new ConcurrentHashMap<>();
    private final QuotaMetrics metrics = new QuotaMetrics() {
        @Override
        public void granted(String quotaType) {
            told.merge(quotaType + " granted", 1, Integer::sum);
        }

        @Override
        public void denied(String quotaType) {
            told.merge(quotaType + " denied", 1, Integer::sum);
        }
    };

    /** One process. */
    record Node(StoredLedger ledger, MultiLevelCaches caches, QuotaService service,
            Quotas quotas) implements AutoCloseable {

        @Override
        public void close() {
            service.close();
            caches.close();
            ledger.close();
        }
    }

    Node open() {
        return open(new OracleStore(data), ASYNC, null, clock);
    }

    Node open(LedgerStore store, AsyncSettings async, @Nullable Path planFile, InstantSource clockOfNode) {
        return open(store, async, planFile, clockOfNode, null);
    }

    /** One that nobody else writes beside. */
    Node openAlone(LedgerStore store) {
        return open(store, ASYNC, null, clock, new DefinitionNews());
    }

    private Node open(LedgerStore store, AsyncSettings async, @Nullable Path planFile, InstantSource clockOfNode,
            @Nullable DefinitionNews news) {
        var ledger = new StoredLedger(store, UsageRows.LONG, news == null ? List.of() : List.of(news), COMMIT, LEDGER,
                CommitMetrics.NONE, clockOfNode, this::nanos);
        var node = open(ledger, async, planFile, clockOfNode, news);
        opened.add(node);
        return node;
    }

    private Node open(StoredLedger ledger, AsyncSettings async, @Nullable Path planFile, InstantSource clockOfNode,
            @Nullable DefinitionNews news) {
        var settings = QuotaSettings.of(Duration.ofDays(7), Duration.ofDays(400), 1_000, Duration.ofMillis(200));
        var caches = MultiLevelCaches.inProcess(clockOfNode, this::nanos);
        var service = new QuotaService(new QuotaLedger(ledger, () -> new PeerFlushes(ledger), news), planFile, settings,
                async, COMMIT.timeout(), metrics, caches, clockOfNode,
                this::nanos, random);
        return new Node(ledger, caches, service, service.quotas());
    }

    /** Another one on the ledger of a node, which does not tell it what it changes but by its commits. */
    Quotas beside(Node node) {
        Node other = open(node.ledger, ASYNC, null, clock, null);
        opened.add(other);
        return other.quotas;
    }

    /** Real time passes, and what the test adds to it. */
    private long nanos() {
        return System.nanoTime() + (clock.nanos() - began);
    }

    /** What other processes changed is known everywhere then. */
    void settle() {
        clock.advance(Definitions.AGE_MAX);
    }

    /** A process that has a subject {@code acme} with a plan {@code basic}. */
    Node withPlan(String plan) {
        Node node = open();
        now(node.quotas.putPlan("basic", TestPlans.yaml(plan), null));
        now(node.quotas.putSubject("acme", TestPlans.yaml("plan: basic")));
        return node;
    }

    static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    static Throwable failure(CompletionStage<?> stage) {
        CompletableFuture<?> future = stage.toCompletableFuture();
        Throwable failure = future.handle((_, thrown) -> thrown).join();
        assertThat(failure).isNotNull();
        return StageFailures.cause(failure);
    }

    static ProblemKind problem(CompletionStage<?> stage) {
        Throwable failure = failure(stage);
        assertThat(failure).isInstanceOf(DomainProblemException.class);
        return ((DomainProblemException) failure).kind();
    }

    static RequestKey key(String name) {
        return new RequestKey("", name);
    }

    static void write(Path file, String content) {
        try {
            Files.write(file, content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        opened.forEach(Node::close);
    }
}
