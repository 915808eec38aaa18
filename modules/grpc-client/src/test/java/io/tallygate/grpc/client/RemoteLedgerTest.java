package io.tallygate.grpc.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micronaut.context.ApplicationContext;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.grpc.connect.Channels;
import io.tallygate.grpc.connect.ConnectSettings;
import io.tallygate.grpc.connect.Instance;
import io.tallygate.grpc.connect.InstanceBreakers;
import io.tallygate.grpc.connect.Policy;
import io.tallygate.grpc.connect.RemoteService;
import io.tallygate.grpc.connect.Target;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.EventLoops;
import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Change.Add;
import io.tallygate.ledger.Change.Put;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.HookedStore;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerContract;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.TestRows;
import io.tallygate.ledger.Versioned;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger of a service, over a real connection. */
class RemoteLedgerTest extends LedgerContract {

    private static final RemoteService REMOTE = new RemoteService(CounterServiceGrpc.SERVICE_NAME, RemoteLedger.READS);
    private static final RowKey USED = TestRows.ofSubject("acme", "used");
    private static final RowKey PAPER = TestRows.paper("acme", "paper");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final OracleStore.Data data = new OracleStore.Data();
    private final List<AutoCloseable> opened = new ArrayList<>();
    @TempDir
    private Path directory;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    @Override
    protected Ledger open(LedgerStore on, Duration timeout) {
        return ledger(timeout, Duration.ofSeconds(10), service(0, on).port());
    }

    private Service service(int port, LedgerStore store) {
        var service = new Service(directory.resolve("service-" + opened.size()), port, store,
                List.of(TestRows.OTHERS, TestRows.PAPERS));
        opened.add(service);
        return service;
    }

    private RemoteLedger ledger(Duration timeout, Duration callTimeout, Integer... ports) {
        var target = new Target.Fixed(Stream.of(ports).map(port -> new Instance("127.0.0.1", port, 1)).toList());
        var breakers = new InstanceBreakers(CircuitBreakerConfig.ofDefaults());
        Channels channels = Channels.open(REMOTE, new ConnectSettings(target, Policy.ROUND_ROBIN, 2,
                Duration.ofSeconds(30), Duration.ofSeconds(5), Optional.empty()), breakers);
        opened.add(channels);
        var ledger = new RemoteLedger("example", channels, EventLoops.NONE,
                new ClientSettings(3, callTimeout, Duration.ofSeconds(10)),
                commit(timeout), CommitMetrics.NONE, InstantSource.system(), System::nanoTime);
        opened.add(ledger);
        return ledger;
    }

    private static <T> T now(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static Posting all(long delta) {
        return new Posting(null, Mode.ALL, List.of(new Add(USED, delta)), Memo.EMPTY);
    }

    /** One call of each kind, in which nothing changes that another one tells of. */
    private static void assertAnswersEverything(Ledger ledger) {
        assertThat(now(ledger.read(USED, Consistency.STRONG)).value()).isEqualTo(7);
        assertThat(now(ledger.documents(List.of(PAPER))))
                .containsExactly(new Versioned(1, TestRows.document("paper")));
        var row = new Row("acme", "paper", 1, TestRows.document("paper"));
        assertThat(now(ledger.list(TestRows.PAPERS, "acme", "", 10)).rows()).containsExactly(row);
        assertThat(now(ledger.listThrough(TestRows.PAPERS, "acme", 10)).rows()).containsExactly(row);
        assertThat(now(ledger.sweep(TestRows.PAPERS, "aaaa", 10))).isZero();
        assertThat(now(ledger.post(all(0)))).isEqualTo(new PostingResult.Committed(Outcomes.applied(7)));
    }

    private static void prepare(Ledger ledger) {
        now(ledger.post(new Posting(List.of(new Add(USED, 7), new Put(PAPER, 0, TestRows.document("paper"))))));
    }

    @Test
    void everyCall_oneInstanceGone_isAnsweredByTheOther() throws Exception {
        var gone = service(0, new OracleStore(data));
        var ledger = ledger(PATIENCE, Duration.ofSeconds(10), service(0, new OracleStore(data)).port(), gone.port());
        prepare(ledger);
        for (int i = 0; i < 4; i++) {
            assertAnswersEverything(ledger);
        }
        gone.close();
        for (int i = 0; i < 4; i++) {
            assertAnswersEverything(ledger);
        }
    }

    @Test
    void everyCall_oneInstanceHangs_isAnsweredByTheOther() {
        var gate = new CountDownLatch(1);
        var hanging = service(0, hanging(new OracleStore(data), gate));
        var ledger = ledger(PATIENCE, Duration.ofMillis(300), hanging.port(),
                service(0, new OracleStore(data)).port());
        try {
            prepare(ledger);
            for (int i = 0; i < 4; i++) {
                assertAnswersEverything(ledger);
            }
        } finally {
            gate.countDown();
        }
    }

    @Test
    void everyCall_noInstance_failsInTimeAndIsAnsweredWhenItIsBack() throws Exception {
        var service = service(0, new OracleStore(data));
        int port = service.port();
        var ledger = ledger(Duration.ofSeconds(1), Duration.ofMillis(300), port);
        prepare(ledger);
        service.close();
        for (Function<Ledger, CompletionStage<?>> call : List.<Function<Ledger, CompletionStage<?>>>of(
                each -> each.read(USED, Consistency.CACHED),
                each -> each.documents(List.of(PAPER)),
                each -> each.list(TestRows.PAPERS, "acme", "", 10),
                each -> each.listThrough(TestRows.PAPERS, "acme", 10),
                each -> each.sweep(TestRows.PAPERS, "aaaa", 10))) {
            assertThatThrownBy(() -> now(call.apply(ledger))).isInstanceOf(UnavailableException.class);
        }
        assertThatThrownBy(() -> now(ledger.post(all(0)))).isInstanceOf(UnavailableException.class);

        service(port, new OracleStore(data));
        assertAnswersEverything(ledger(PATIENCE, Duration.ofSeconds(10), port));
    }

    @Test
    void post_bookThatTheServiceDoesNotHave_failsAlone() {
        var ledger = ledger(PATIENCE, Duration.ofSeconds(10), service(0, new OracleStore(data)).port());
        var unknown = new RowKey(new Book("unknown"), "s", "i", USED.home());
        var plain = new ArrayList<CompletionStage<PostingResult>>();
        var whole = new ArrayList<CompletionStage<PostingResult>>();
        var good = new ArrayList<CompletionStage<PostingResult>>();
        for (int i = 0; i < 20; i++) {
            plain.add(ledger.post(new Posting(List.of(new Add(unknown, 1)))));
            whole.add(ledger.post(new Posting(null, Mode.ALL, List.of(new Add(unknown, 1)), Memo.EMPTY)));
            good.add(ledger.post(new Posting(List.of(new Add(USED, 1)))));
            good.add(ledger.post(all(1)));
        }
        assertThat(plain).allSatisfy(stage -> assertThatThrownBy(() -> now(stage))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("example service"));
        assertThat(whole).allSatisfy(stage -> assertThat(now(stage)).isInstanceOf(PostingResult.Failed.class));
        for (int i = 0; i < good.size(); i++) {
            assertThat(now(good.get(i))).isEqualTo(new PostingResult.Committed(Outcomes.applied(i + 1)));
        }
        assertThatThrownBy(() -> now(ledger.read(unknown, Consistency.STRONG)))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("rows[0].section");
        assertThatThrownBy(() -> now(ledger.list(unknown.book(), "s", "", 1)))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("section.book");
    }

    @Test
    void close_sendsWhatWasAcceptedAndRefusesTheRest() {
        var ledger = ledger(PATIENCE, Duration.ofSeconds(10), service(0, new OracleStore(data)).port());
        for (int i = 0; i < 50; i++) {
            ledger.accept(all(1));
        }
        ledger.close();
        assertThat(new OracleStore(data).read(List.of(USED))).containsExactly(50);
        assertThat(ledger.depth()).isZero();
        assertThat(ledger.acceptedDepth()).isZero();
        assertThatThrownBy(() -> now(ledger.post(all(1)))).isInstanceOf(ShuttingDownException.class);
        assertThatThrownBy(() -> now(ledger.documents(List.of(PAPER)))).isInstanceOf(ShuttingDownException.class);
        assertThatThrownBy(() -> now(ledger.sweep(TestRows.PAPERS, "a", 1)))
                .isInstanceOf(ShuttingDownException.class);
    }

    @Test
    void ledger_ofAServiceByItsName_isWiredByItsSettings() {
        int port = service(0, new OracleStore(data)).port();
        try (var context = ApplicationContext.run(Map.of("tallygate.services.example.addresses", "127.0.0.1:" + port,
                "tallygate.services.example.lanes", "2", "tallygate.services.timeout", "10s"))) {
            var ledger = context.getBean(Ledger.class, Qualifiers.byName("example"));
            prepare(ledger);
            assertAnswersEverything(ledger);
            assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
                    .contains("example-lane-0-writer", "example-lane-1-writer");
        }
    }

    /** Answers nothing until it is let. */
    private static LedgerStore hanging(LedgerStore store, CountDownLatch gate) {
        return new HookedStore(store, () -> {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
