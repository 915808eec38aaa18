package io.tallygate.payment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.ProblemKind;
import io.tallygate.kernel.RequestKey;
import io.tallygate.kernel.StageFailures;
import io.tallygate.ledger.LedgerSettings;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.SettableClock;
import io.tallygate.ledger.StoredLedger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Processes with payments on one store. Their clock is one that a test moves. */
final class PaymentNodes implements AutoCloseable {

    private static final LedgerSettings LEDGER = new LedgerSettings(List.of(), Duration.ofMillis(50));

    final SettableClock clock = new SettableClock();
    final OracleStore.Data data = new OracleStore.Data();
    private final long began = clock.nanos();
    private final List<Node> opened = new ArrayList<>();

    /** One process. */
    record Node(StoredLedger ledger, Payments payments) {}

    Node open() {
        return open(new OracleStore(data));
    }

    synchronized Node open(LedgerStore store) {
        var ledger = new StoredLedger(store, PaymentRows.BALANCES, List.of(), CommitSettings.DEFAULT, LEDGER,
                CommitMetrics.NONE, clock, this::nanos);
        var node = new Node(ledger, new LedgerPayments(ledger, clock));
        opened.add(node);
        return node;
    }

    /** Real time passes, and what the test adds to it. */
    private long nanos() {
        return System.nanoTime() + (clock.nanos() - began);
    }

    static PaymentOrder order(String orderId, String payer, String payee, long amount) {
        return new PaymentOrder(orderId, payer, payee, new Money(amount, "EUR"));
    }

    static RequestKey key(String name) {
        return new RequestKey("", name);
    }

    static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    static Throwable failure(CompletionStage<?> stage) {
        Throwable failure = stage.toCompletableFuture().handle((_, thrown) -> thrown).join();
        assertThat(failure).isNotNull();
        return StageFailures.cause(failure);
    }

    static ProblemKind problem(CompletionStage<?> stage) {
        Throwable failure = failure(stage);
        assertThat(failure).isInstanceOf(DomainProblemException.class);
        return ((DomainProblemException) failure).kind();
    }

    @Override
    public void close() {
        opened.forEach(node -> node.ledger().close());
    }
}
