package io.tallygate.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Counters;
import io.tallygate.degradation.DegradationAdmin;
import io.tallygate.degradation.Level;
import io.tallygate.degradation.LevelOverride;
import io.tallygate.degradation.RecordedChange;
import io.tallygate.kernel.Await;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.OutboxSettings;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Recordable;
import io.tallygate.quota.Amount;
import io.tallygate.quota.ConsumeMode;
import io.tallygate.quota.Datum;
import io.tallygate.quota.Quotas;
import io.tallygate.quota.Wanted;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is told of counters and quotas, as an application has them, on a store that is a model. */
@Timeout(120)
final class ChangesTest {

    private static final String PUBLISH = "counters,quotas,levels";

    @TempDir
    private Path directory;
    private ApplicationContext context;
    private EventLog.Subscription subscription;
    private final List<Event> told = new ArrayList<>();

    @BeforeEach
    void start() {
        context = ApplicationContext.builder().properties(Map.of("tallygate.data-dir", directory.toString(),
                OutboxSettings.PUBLISH_NAME, PUBLISH)).build();
        context.registerSingleton(LedgerStore.class, new OracleStore(new OracleStore.Data(), OutboxSettings.recording(
                Optional.of(Set.of("counters", "quotas", "levels")), 1,
                List.of(new Recordable("counters", Set.of(CounterKey.BOOK)),
                        new Recordable("quotas", Set.of(new Book("quota"), new Book("quota_short"))),
                        new Recordable("levels", Set.of(RecordedChange.BOOK))))));
        context.start();
        subscription = context.getBean(EventService.class).log().subscribe(ChangeRelay.TOPIC, "reader", () -> {});
    }

    @AfterEach
    void stop() {
        subscription.close();
        context.close();
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    /** What is told, as type and data, once there is so much. */
    private List<String> told(int count) {
        Await.until(count + " are told", () -> {
            for (EventLog.Assigned assigned : subscription.assigned()) {
                subscription.poll(assigned.partition()).forEach(delivery -> told.add(delivery.event()));
            }
            return told.size() >= count;
        });
        return told.stream().map(event -> event.type() + ' ' + event.subject() + ' '
                + new String(Objects.requireNonNull(event.data()).bytes(), StandardCharsets.UTF_8)).toList();
    }

    private void count(String id, long delta) {
        now(context.getBean(Counters.class)
                .write(new Posting(List.of(new Change.Add(CounterKey.of(id, "likes"), delta)))));
    }

    @Test
    void counters_areToldWithTheirValues() {
        count("a\"é", 5);
        count("a\"é", -2);
        now(context.getBean(Counters.class).reset(CounterKey.of("a\"é", "likes")));
        String data = "a\"é {\"resource_id\":\"a\\\"é\",\"counter_type\":\"likes\",";
        assertThat(told(3)).containsExactly("io.tallygate.counter.changed " + data + "\"delta\":5,\"value\":5}",
                "io.tallygate.counter.changed " + data + "\"delta\":-2,\"value\":3}",
                "io.tallygate.counter.reset " + data + "\"delta\":-3,\"value\":0}");
    }

    private static Datum members(Map<String, Datum> members) {
        return new Datum.Members(members);
    }

    private static Datum limit(String type, String most, String per, boolean hard, String scale) {
        return members(Map.of("quota_type", new Datum.Text(type), "limit", new Datum.Numeral(most), "per",
                new Datum.Text(per), "hard", new Datum.Flag(hard), "scale", new Datum.Numeral(scale)));
    }

    private void consume(String type, String amount) {
        now(context.getBean(Quotas.class).consume("acme", List.of(new Wanted("amount", type,
                Amount.parse("amount", amount))), ConsumeMode.NORMAL, null));
    }

    private void refund(String type, String amount) {
        now(context.getBean(Quotas.class).refund("acme", new Wanted("amount", type, Amount.parse("amount", amount)),
                null, null));
    }

    @Test
    void thresholds_areToldOnceForEachPeriod() {
        Quotas quotas = context.getBean(Quotas.class);
        now(quotas.putPlan("p", members(Map.of("limits", new Datum.Items(List.of(
                limit("calls", "10", "lifetime", true, "0"), limit("calls", "1000", "year", true, "0"),
                limit("mib", "2.5", "lifetime", false, "1"))))), null));
        now(quotas.putSubject("acme", members(Map.of("plan", new Datum.Text("p")))));

        consume("calls", "7");
        consume("calls", "1");
        refund("calls", "4");
        consume("calls", "4");
        consume("calls", "2");
        consume("calls", "1");
        consume("mib", "3");

        String calls = "io.tallygate.quota.threshold acme {\"subject\":\"acme\",\"quota_type\":\"calls\",\"per\":\"lifetime\",";
        String mib = "io.tallygate.quota.threshold acme {\"subject\":\"acme\",\"quota_type\":\"mib\",\"per\":\"lifetime\",";
        assertThat(told(4)).containsExactly(
                calls + "\"threshold\":80,\"used\":8,\"limit\":10,\"hard\":true}",
                calls + "\"threshold\":100,\"used\":10,\"limit\":10,\"hard\":true}",
                mib + "\"threshold\":80,\"used\":3,\"limit\":2.5,\"hard\":false}",
                mib + "\"threshold\":100,\"used\":3,\"limit\":2.5,\"hard\":false}");
        assertThat(told).extracting(Event::id).doesNotHaveDuplicates();
    }

    @Test
    void threshold_ofAPeriod_saysWhenItEnds() {
        Quotas quotas = context.getBean(Quotas.class);
        now(quotas.putPlan("p",
                members(Map.of("limits", new Datum.Items(List.of(limit("calls", "10", "year", true, "0"))))), null));
        now(quotas.putSubject("acme", members(Map.of("plan", new Datum.Text("p")))));
        consume("calls", "8");
        assertThat(told(1)).singleElement().asString()
                .containsPattern("\"period_start\":\"[0-9T:Z-]+\",\"period_end\":\"[0-9T:Z-]+\"}");
    }

    @Test
    void levels_areToldWithWhatChanged() {
        DegradationAdmin levels = context.getBean(DegradationAdmin.class);
        var _ = now(levels.override(new LevelOverride(Level.DEGRADED, "writes", "a \"drill\"", "ops",
                Instant.now().plus(Duration.ofHours(1)))));
        var _ = now(levels.clear("writes", "ops"));
        assertThat(told(2)).satisfiesExactly(
                down -> assertThat(down).startsWith("io.tallygate.degradation.changed writes {\"node\":\"node-")
                        .contains(
                                "\"feature\":\"writes\",\"from\":\"normal\",\"to\":\"degraded\",\"why\":\"set by ops until ",
                                ": a \\\"drill\\\"\",\"at\":\""),
                up -> assertThat(up)
                        .contains("\"from\":\"degraded\",\"to\":\"normal\",\"why\":\"an override has ended\""));
        assertThat(told).extracting(Event::id).doesNotHaveDuplicates();
    }
}
