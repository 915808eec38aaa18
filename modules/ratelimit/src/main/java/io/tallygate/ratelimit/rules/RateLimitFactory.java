package io.tallygate.ratelimit.rules;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.env.Environment;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.kernel.HealthNotes;
import io.tallygate.kernel.MetricSource;
import io.tallygate.kernel.SettingValues;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitGauges;
import io.tallygate.ratelimit.RateLimitSettings;
import io.tallygate.ratelimit.RateLimitStore;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires rules to whatever store of limits is there. */
@Factory
@Requires(beans = RateLimitStore.class)
final class RateLimitFactory {

    private static final Logger LOG = LoggerFactory.getLogger(RateLimits.class);

    @Singleton
    RuleBook ruleBook(RateLimitStore store) {
        return new RuleBook(store.precision());
    }

    @Singleton
    Book storedRulesBook() {
        return StoredRules.BOOK;
    }

    @Singleton
    @Requires(beans = LedgerStore.class)
    StoredRules storedRules(Ledger ledger, RuleBook book) {
        return new StoredRules(ledger, book);
    }

    @Singleton
    RuleAdmin ruleAdmin(RuleBook book, @Nullable StoredRules stored) {
        return new RuleAdmin(book, stored);
    }

    /** Made at the start: a server has its rules when it is first asked. */
    @Context
    @Bean(preDestroy = "close")
    @Requires(notEnv = Environment.FUNCTION)
    RuleSource ruleSource(@Nullable StoredRules stored, RuleBook book, PropertyResolver properties) {
        RuleSource source = source(stored, book, properties);
        source.start();
        return source;
    }

    /** The same for a function, in which nothing runs by itself. */
    @Context
    @Requires(env = Environment.FUNCTION)
    RuleRefresh ruleRefresh(@Nullable StoredRules stored, RuleBook book, PropertyResolver properties) {
        return new RuleRefresh(source(stored, book, properties), System::nanoTime);
    }

    private static RuleSource source(@Nullable StoredRules stored, RuleBook book, PropertyResolver properties) {
        return new RuleSource(RateLimitSettings.RULES.find(values(properties)).map(Path::of).orElse(null), stored,
                book);
    }

    @Singleton
    @Bean(preDestroy = "close")
    Deadlines deadlines() {
        return new Deadlines();
    }

    @Singleton
    @Bean(typed = {RateLimitCounts.class, MetricSource.class})
    RateLimitCounts rateLimitCounts() {
        return new RateLimitCounts();
    }

    @Singleton
    RateLimits rateLimits(RuleBook book, RateLimitStore store, Deadlines deadlines, RateLimitCounts counts,
            PropertyResolver properties) {
        SettingValues values = values(properties);
        DoubleSupplier share = RateLimitSettings.LOCAL_SHARE.find(values)
                .map(fixed -> (DoubleSupplier) () -> fixed)
                .orElseGet(() -> () -> 1.0 / Math.max(1, store.instances()));
        return new RateLimits(book, store, local(store, RateLimitSettings.MEMORY_MAX.in(values)), share,
                RateLimitSettings.TIMEOUT.in(values), deadlines, counts, System::nanoTime);
    }

    /** What counts while a shared store is away. Beside one in memory it is there for when that is full, and small. */
    private static RateLimitStore local(RateLimitStore store, long memoryMax) {
        if (memoryMax == 0) {
            LOG.info("No limits are kept in memory, so on_failure: local means allow here");
            return new NoStore();
        }
        long bytesMax = store.precision() == Precision.MEMORY ? RateLimitStore.MEMORY_MIN : memoryMax;
        return RateLimitStore.inMemory(bytesMax, InstantSource.system());
    }

    @Singleton
    MetricSource ruleMetrics(RuleBook book, RateLimits limits) {
        return sink -> {
            sink.gauge("tallygate.ratelimit.domains", "Domains that have rules", Map.of(),
                    () -> book.status().domains());
            sink.gauge("tallygate.ratelimit.rules.problems", "Faults of rules that are not taken for them", Map.of(),
                    () -> book.status().problems().size());
            sink.gauge("tallygate.ratelimit.store.away",
                    "1 while the store is not asked, because it keeps failing, and else 0", Map.of(),
                    () -> limits.isStoreAway() ? 1 : 0);
        };
    }

    @Singleton
    @Requires(beans = RateLimitGauges.class)
    MetricSource memoryMetrics(RateLimitGauges memory) {
        return sink -> {
            sink.gauge("tallygate.ratelimit.memory.keys", "Keys in memory", Map.of(), memory::keys);
            sink.gauge("tallygate.ratelimit.memory.bytes", "Bytes in memory", Map.of(), memory::bytes);
            sink.count("tallygate.ratelimit.memory.evictions",
                    "Keys that gave way to others: each lets more pass than its rule", Map.of(), memory::evictions);
            sink.count("tallygate.ratelimit.memory.refusals", "Checks that found no room in memory", Map.of(),
                    memory::refusals);
        };
    }

    @Singleton
    HealthNotes ruleNotes(RuleBook book) {
        return new RuleNotes(book);
    }

    private static SettingValues values(PropertyResolver properties) {
        return name -> properties.getProperty(name, String.class);
    }
}
