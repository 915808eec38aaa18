package io.tallygate.quota;

import static io.tallygate.quota.QuotaNodes.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.Upkeep;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Quotas as an application gets them. */
@Timeout(60)
final class QuotaFactoryTest {

    private final OracleStore.Data data = new OracleStore.Data();
    @TempDir
    private Path directory;

    private ApplicationContext start(Map<String, Object> properties) {
        ApplicationContext context = ApplicationContext.builder().properties(properties).build();
        context.registerSingleton(LedgerStore.class, new OracleStore(data));
        return context.start();
    }

    private static List<Wanted> api(String value) {
        return List.of(Wanted.positive("value", "api", value));
    }

    @Test
    void quotas_onAStore_goByTheFileAndWriteAtTheEndWhatWasAccepted() {
        Path file = directory.resolve("plans.yaml");
        QuotaNodes.write(file,
                "{default_plan: free, plans: {free: {limits: [{quota_type: api, limit: 9, per: year}]}}}");
        Map<String, Object> properties = Map.of("tallygate.quota.plans", file.toString(),
                "tallygate.quota.async.profile", "low-latency", "tallygate.quota.async.linger", "1m");
        try (ApplicationContext context = start(properties)) {
            Quotas quotas = context.getBean(Quotas.class);
            while (quotas.planFile().orElseThrow().loadedAt() == null) {
                Thread.onSpinWait();
            }
            assertThat(now(quotas.consume("acme", api("2"), ConsumeMode.NORMAL, null)).value().allowed()).isTrue();
            now(quotas.accept("acme", api("3"), null));
            assertThat(quotas.consumer().queued()).isEqualTo(1);
            assertThat(context.getBean(AsyncSettings.class).workers()).isEqualTo(2);
        }
        try (ApplicationContext context = start(properties)) {
            Quotas quotas = context.getBean(Quotas.class);
            while (quotas.planFile().orElseThrow().loadedAt() == null) {
                Thread.onSpinWait();
            }
            assertThat(now(quotas.subject("acme")).limits().getFirst().used()).isEqualTo(5);
        }
    }

    @Test
    void reservation_heldBeforeARestart_isGivenBackWithoutARequest() {
        try (ApplicationContext context = start(Map.of())) {
            reserveThree(context.getBean(Quotas.class));
        }
        assertThat(used()).isEqualTo(3);
        try (ApplicationContext _ = start(Map.of())) {
            Await.until("it is given back", () -> used() == 0);
        }
    }

    @Test
    void reservation_inAFunction_isGivenBackWhenThatIsAskedFor() {
        try (ApplicationContext context = ApplicationContext.builder("function").deduceEnvironment(false).build()) {
            context.registerSingleton(LedgerStore.class, new OracleStore(data));
            context.start();
            reserveThree(context.getBean(Quotas.class));
            assertThat(context.containsBean(QuotaRounds.class)).isFalse();
            assertThat(context.containsBean(PlanSource.class)).isFalse();
            Upkeep upkeep = context.getBean(Upkeep.class);
            assertThat(upkeep.run(Instant.now().minusSeconds(60), () -> false)).isZero();
            assertThat(upkeep.run(Instant.now().plusSeconds(60), () -> true)).isZero();
            assertThat(used()).isEqualTo(3);
            assertThat(upkeep.run(Instant.now().plusSeconds(60), () -> false)).isEqualTo(1);
            assertThat(used()).isZero();
        }
    }

    private static void reserveThree(Quotas quotas) {
        now(quotas.putPlan("basic", TestPlans.yaml("limits: [{quota_type: api, limit: 9, per: lifetime}]"), null));
        now(quotas.putSubject("acme", TestPlans.yaml("plan: basic")));
        assertThat(now(quotas.reserve("acme", api("3"), ConsumeMode.NORMAL, Duration.ofSeconds(1), null)).value()
                .decision().allowed()).isTrue();
    }

    private long used() {
        return new OracleStore(data).read(List.of(UsageRows.used("acme", new LimitName("api", Per.LIFETIME),
                Period.LIFETIME.start())))[0];
    }
}
