package io.tallygate.ratelimit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.tallygate.kernel.HealthNotes;
import io.tallygate.kernel.MetricSource;
import io.tallygate.ratelimit.CachedDenials;
import io.tallygate.ratelimit.MemoryStores;
import io.tallygate.ratelimit.RateLimitStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rate limits as an application gets them. */
@Timeout(60)
final class RateLimitFactoryTest {

    private static final String RULES = """
            domain: api
            descriptors:
              - key: user
                rate_limit: {unit: year, requests_per_unit: 2}
            """;

    @TempDir
    private Path directory;

    /** What metrics would show, by name and labels. */
    private static final class Shown implements MetricSource.Sink {

        private final Map<String, LongSupplier> figures = new HashMap<>();

        @Override
        public void count(String name, String description, Map<String, String> labels, LongSupplier count) {
            figures.put(name + new TreeMap<>(labels), count);
        }

        @Override
        public void gauge(String name, String description, Map<String, String> labels, LongSupplier figure) {
            figures.put(name + new TreeMap<>(labels), figure);
        }

        private long get(String name) {
            return Objects.requireNonNull(figures.get(name), name).getAsLong();
        }
    }

    private ApplicationContext start(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("tallygate.data-dir", directory.toString());
        return ApplicationContext.builder().properties(all).start();
    }

    private Map<String, Object> rules(String text) {
        Path file = directory.resolve("rules.yaml");
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of("tallygate.ratelimit.rules", file.toString());
    }

    private static CheckResult ask(ApplicationContext context, long hits) {
        return context.getBean(RateLimits.class)
                .check(Check.of("api", List.of(Descriptor.of(List.of(new DescriptorEntry("user", "42")), hits))))
                .toCompletableFuture().join();
    }

    @Test
    void limits_afterARestart_stillCountWhatWasUsed() {
        Map<String, Object> properties = rules(RULES);
        try (ApplicationContext context = start(properties)) {
            assertThat(ask(context, 2).allowed()).isTrue();
        }
        try (ApplicationContext context = start(properties)) {
            assertThat(ask(context, 1).allowed()).isFalse();
        }
    }

    @Test
    void metrics_ofChecks_countHitsByRule() {
        try (ApplicationContext context = start(rules(RULES))) {
            ask(context, 1);
            var shown = new Shown();
            context.getBeansOfType(MetricSource.class).forEach(source -> source.bindTo(shown));
            ask(context, 2);
            ask(context, 0);

            assertThat(shown.get("tallygate.ratelimit.checks{result=allowed, source=store}")).isEqualTo(1);
            assertThat(shown.get("tallygate.ratelimit.checks{result=denied, source=store}")).isEqualTo(1);
            String user = "{domain=api, key1=user, key2=}";
            assertThat(shown.get("ratelimit_service_rate_limit_total_hits" + user)).isEqualTo(3);
            assertThat(shown.get("ratelimit_service_rate_limit_within_limit" + user)).isEqualTo(1);
            assertThat(shown.get("ratelimit_service_rate_limit_over_limit" + user)).isEqualTo(1);
            assertThat(shown.get("tallygate.ratelimit.memory.keys{}")).isEqualTo(1);
            assertThat(shown.get("tallygate.ratelimit.memory.bytes{}")).isPositive();
            assertThat(shown.get("tallygate.ratelimit.memory.evictions{}")).isZero();
            assertThat(shown.get("tallygate.ratelimit.memory.refusals{}")).isZero();
            assertThat(shown.get("tallygate.ratelimit.domains{}")).isEqualTo(1);
            assertThat(shown.get("tallygate.ratelimit.store.away{}")).isZero();
        }
    }

    @Test
    void metrics_ofDenialsThatThisProcessRemembers_tellThem() {
        var time = new SettableTime();
        Map<String, Object> properties = rules(
                "domain: api\ndescriptors: [{key: user, rate_limit: {algorithm: sliding_log,"
                        + " unit: day, requests_per_unit: 2}}]\n");
        try (ApplicationContext context = ApplicationContext.builder().properties(properties).build()) {
            context.registerSingleton(RateLimitStore.class,
                    new CachedDenials(MemoryStores.of(time.epochNanos()), time.nanos()));
            context.start();
            var shown = new Shown();
            context.getBeansOfType(MetricSource.class).forEach(source -> source.bindTo(shown));
            ask(context, 3);
            String cached = "ratelimit_service_rate_limit_over_limit_with_local_cache{domain=api, key1=user, key2=}";
            assertThat(shown.get(cached)).isZero();
            ask(context, 3);
            assertThat(shown.get(cached)).isEqualTo(3);
            assertThat(shown.get("ratelimit_service_rate_limit_over_limit{domain=api, key1=user, key2=}")).isEqualTo(6);
        }
    }

    @Test
    void rules_thatAreWrong_areToldToWhoeverRunsTheProcess() {
        try (ApplicationContext context = start(rules("domain: api\ndescriptors: [{key: ''}]\n"))) {
            assertThat(context.getBean(HealthNotes.class).notes()).singleElement().asString()
                    .contains("rules.yaml:2: api: ");
            var shown = new Shown();
            context.getBeansOfType(MetricSource.class).forEach(source -> source.bindTo(shown));
            assertThat(shown.get("tallygate.ratelimit.rules.problems{}")).isEqualTo(1);
        }
    }

    @Test
    void rules_thatAreManyTimesWrong_areToldInPart() {
        String wrong = "  - key: ''\n".repeat(RuleNotes.MAX + 3);
        try (ApplicationContext context = start(rules("domain: api\ndescriptors:\n" + wrong))) {
            assertThat(context.getBean(HealthNotes.class).notes()).hasSize(RuleNotes.MAX + 1)
                    .last().isEqualTo("and 3 more about rate limits");
        }
    }

    @Test
    void process_withoutFiles_hasNoRulesAndHasTriedToLoadThem() {
        try (ApplicationContext context = start(Map.of())) {
            assertThat(context.getBean(RuleBook.class).status().tried()).isTrue();
            assertThat(ask(context, 5).allowed()).isTrue();
        }
    }

    @Test
    void process_withoutMemory_hasNoLimits() {
        try (ApplicationContext context = start(Map.of("tallygate.ratelimit.memory-max", "0"))) {
            assertThat(context.findBean(RateLimitStore.class)).isEmpty();
            assertThat(context.findBean(RateLimits.class)).isEmpty();
        }
    }

    @Test
    void store_thatOthersShare_isUsedInPlaceOfMemory() {
        var time = new SettableTime();
        var shared = new StoppableStore(MemoryStores.of(time.epochNanos()));
        Map<String, Object> properties = new HashMap<>(rules(RULES));
        properties.put("tallygate.ratelimit.memory-max", "0");
        try (ApplicationContext context = ApplicationContext.builder().properties(properties).build()) {
            context.registerSingleton(RateLimitStore.class, shared);
            context.start();
            assertThat(ask(context, 2).allowed()).isTrue();
            shared.stop();
            assertThat(ask(context, 1).allowed()).as("nothing in memory, so all is let through").isTrue();
        }
    }
}
