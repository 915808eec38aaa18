package io.tallygate.grpc.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Counters;
import io.tallygate.counter.Increment;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.quota.Commitment;
import io.tallygate.quota.ConsumeMode;
import io.tallygate.quota.Datum;
import io.tallygate.quota.Quotas;
import io.tallygate.quota.Reservation;
import io.tallygate.quota.Wanted;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway in front of a counter service and a quota service, each with a store of its own. */
@Timeout(180)
final class QuotaClientFactoryTest {

    @TempDir
    private Path directory;

    private final OracleStore.Data counted = new OracleStore.Data();
    private final OracleStore.Data used = new OracleStore.Data();
    private Service counterService;
    private Service quotaService;
    private ApplicationContext gateway;
    private Quotas quotas;

    @BeforeEach
    void start() {
        counterService = new Service(directory.resolve("counter"), 0, new OracleStore(counted));
        quotaService = new Service(directory.resolve("quota"), 0, new OracleStore(used));
        gateway = ApplicationContext.builder().deduceEnvironment(false).banner(false)
                .properties(Map.of("tallygate.services.counter.addresses", "127.0.0.1:" + counterService.port(),
                        "tallygate.services.quota.addresses", "127.0.0.1:" + quotaService.port(),
                        "tallygate.services.channels", "1", "tallygate.quota.async.linger", "10ms"))
                .start();
        quotas = gateway.getBean(Quotas.class);
        now(quotas.putPlan("basic", members("limits", new Datum.Items(List.of(members("quota_type",
                new Datum.Text("calls"), "limit", new Datum.Numeral("10"), "per", new Datum.Text("lifetime"))))),
                null));
        now(quotas.putSubject("acme", members("plan", new Datum.Text("basic"))));
    }

    @AfterEach
    void stop() {
        gateway.close();
        quotaService.close();
        counterService.close();
    }

    private static Datum members(String name, Datum value) {
        return new Datum.Members(Map.of(name, value));
    }

    private static Datum members(String one, Datum first, String two, Datum second, String three, Datum third) {
        return new Datum.Members(Map.of(one, first, two, second, three, third));
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static List<Wanted> calls(String value) {
        return List.of(Wanted.positive("value", "calls", value));
    }

    private long usedCalls() {
        return now(quotas.subject("acme")).limits().getFirst().used();
    }

    @Test
    void quotas_ofAGateway_areOnTheLedgerOfTheirService() {
        assertThat(now(quotas.consume("acme", calls("4"), ConsumeMode.NORMAL, null)).value().allowed()).isTrue();
        assertThat(now(quotas.consume("acme", calls("7"), ConsumeMode.NORMAL, null)).value().allowed()).isFalse();
        var reserved = now(quotas.reserve("acme", calls("5"), ConsumeMode.NORMAL, Duration.ofMinutes(1), null))
                .value();
        assertThat(now(quotas.commit(String.valueOf(reserved.reservationId()), Commitment.ALL)).reservation().state())
                .isEqualTo(Reservation.State.COMMITTED);
        assertThat(usedCalls()).isEqualTo(9);
        now(quotas.accept("acme", calls("3"), null));
        Await.until("what was accepted is written", () -> usedCalls() == 12);
        assertThat(now(counters().get(CounterKey.of("a", "likes"), Consistency.STRONG)).value())
                .isZero();
    }

    @Test
    void reservation_thatIsDue_isGivenBackByTheService() {
        now(quotas.reserve("acme", calls("5"), ConsumeMode.NORMAL, Duration.ofSeconds(1), null));
        Await.until("it is given back", () -> usedCalls() == 0);
    }

    @Test
    void quotaService_away_takesQuotasDownAndNoCounters() {
        quotaService.close();
        assertThat(quotas.consume("acme", calls("1"), ConsumeMode.NORMAL, null).handle((_, failure) -> failure)
                .toCompletableFuture().join()).satisfies(
                        failure -> assertThat(StageFailures.cause(failure))
                                .isInstanceOf(UnavailableException.class));
        assertThat(now(counters().write(new Posting(List.of(Increment.of(CounterKey.of("a", "likes"), 2))))))
                .isInstanceOf(PostingResult.Committed.class);
    }

    private Counters counters() {
        return gateway.getBean(Counters.class);
    }
}
