package io.tallygate.quota;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.SettingValues;
import io.tallygate.kernel.ShutdownShare;
import io.tallygate.kernel.Upkeep;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.CommitWitness;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerPeer;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.ReadCacheSettings;
import io.tallygate.ledger.Recordable;
import io.tallygate.ledger.ServedHere;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Wires quotas to the ledger that is theirs, of this process or of a service. */
@Factory
final class QuotaFactory {

    /** The environment of a process that may be frozen between two requests, and so does nothing in the background. */
    private static final String FUNCTION = "function";
    /** How long usage is cached where no other process writes; it is in no answer how old a cached value is. */
    private static final Duration OWN_TTL = Duration.ofHours(1);

    @Singleton
    Book usage() {
        return UsageRows.LONG;
    }

    @Singleton
    Book shortUsage() {
        return UsageRows.SHORT;
    }

    @Singleton
    Recordable recordable() {
        return new Recordable("quotas", Set.of(UsageRows.LONG, UsageRows.SHORT));
    }

    @Singleton
    Book reservations() {
        return ReservationId.BOOK;
    }

    @Singleton
    Book dueReservations() {
        return ReservationId.DUE;
    }

    @Singleton
    Book subjects() {
        return Rows.SUBJECTS;
    }

    @Singleton
    Book plans() {
        return Rows.PLANS;
    }

    @Singleton
    Book scales() {
        return Rows.SCALES;
    }

    @Singleton
    QuotaSettings quotaSettings(PropertyResolver properties) {
        SettingValues values = name -> properties.getProperty(name, String.class);
        return QuotaSettings.of(QuotaSettingGroup.LATE_MAX.in(values), QuotaSettingGroup.KEEP.in(values),
                QuotaSettingGroup.SUBJECTS_MAX.in(values), ShutdownShare.of(values));
    }

    @Singleton
    AsyncSettings asyncSettings(PropertyResolver properties) {
        SettingValues values = name -> properties.getProperty(name, String.class);
        AsyncSettings column = AsyncSettings.profile(QuotaSettingGroup.PROFILE.in(values));
        return new AsyncSettings(QuotaSettingGroup.WORKERS.find(values).orElse(column.workers()),
                QuotaSettingGroup.QUEUE_MAX.find(values).orElse(column.queueMax()),
                QuotaSettingGroup.BATCH_MAX.find(values).orElse(column.batchMax()),
                QuotaSettingGroup.LINGER.find(values).orElse(column.linger()),
                QuotaSettingGroup.RETRIES.find(values).orElse(column.retries()),
                QuotaSettingGroup.RETRY_DELAY.find(values).orElse(column.retryDelay()));
    }

    /** Of a process that has the store. */
    @Singleton
    @Requires(beans = LedgerStore.class)
    @ServedHere("quota")
    QuotaLedger quotaLedger(LedgerStore store, Ledger ledger, LedgerPeer peer, DefinitionNews news) {
        return new QuotaLedger(ledger, () -> new PeerFlushes(peer), store.shared() ? null : news);
    }

    @Singleton
    @Bean(typed = {CommitWitness.class, DefinitionNews.class})
    DefinitionNews definitionNews() {
        return new DefinitionNews();
    }

    @Singleton
    @Requires(beans = LedgerStore.class)
    @ServedHere("quota")
    ReadCacheSettings usageReadCache(LedgerStore store, PropertyResolver properties) {
        SettingValues values = name -> properties.getProperty(name, String.class);
        return new ReadCacheSettings(Set.of(UsageRows.LONG, UsageRows.SHORT),
                QuotaSettingGroup.CACHE_ENTRIES_MAX.in(values),
                store.shared() ? QuotaSettingGroup.CACHE_TTL.in(values) : OWN_TTL);
    }

    @Singleton
    @Bean(preDestroy = "close")
    @Requires(beans = QuotaLedger.class)
    QuotaService quotaService(QuotaLedger ledger, QuotaSettings settings, AsyncSettings async, CommitSettings commit,
            @Nullable QuotaMetrics metrics, MultiLevelCaches caches, PropertyResolver properties) {
        Path planFile = QuotaSettingGroup.PLANS.find(name -> properties.getProperty(name, String.class)).map(Path::of)
                .orElse(null);
        var service = new QuotaService(ledger, planFile, settings, async, commit.timeout(),
                metrics == null ? QuotaMetrics.NONE : metrics, caches, InstantSource.system(), System::nanoTime,
                new SecureRandom());
        service.start();
        return service;
    }

    @Singleton
    @Requires(beans = QuotaLedger.class)
    Quotas quotas(QuotaService service) {
        return service.quotas();
    }

    @Singleton
    @Requires(beans = QuotaLedger.class)
    Thresholds thresholds(QuotaService service) {
        return service.thresholds();
    }

    /** In a server the file of plans is looked at from the start on, and not from the first request. */
    @Context
    @Requires(beans = QuotaLedger.class, notEnv = FUNCTION)
    PlanSource planSource(QuotaService service) {
        return service.plans();
    }

    /** For those who have it done. */
    @Singleton
    @Bean(typed = Upkeep.class)
    @Requires(beans = LedgerStore.class)
    @ServedHere("quota")
    QuotaSweeper sweeper(QuotaService service) {
        return service.sweeper();
    }

    /** A server with the store gives back from the start on; a process in front of it leaves that to it. */
    @Context
    @Bean(preDestroy = "close")
    @Requires(beans = LedgerStore.class, notEnv = FUNCTION)
    @ServedHere("quota")
    QuotaRounds rounds(QuotaService service) {
        var rounds = new QuotaRounds(service.sweeper(), InstantSource.system());
        rounds.start();
        return rounds;
    }
}
