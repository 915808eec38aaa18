package io.tallygate.quota;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.SettingValues;
import io.tallygate.kernel.ShutdownShare;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerPeer;
import io.tallygate.ledger.LedgerStore;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Wires quotas to a ledger that this process keeps itself. */
@Factory
final class QuotaFactory {

    @Singleton
    Book usage() {
        return UsageRows.LONG;
    }

    @Singleton
    Book shortUsage() {
        return UsageRows.SHORT;
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
                QuotaSettingGroup.RETRIES.find(values).orElse(column.retries()));
    }

    @Singleton
    @Bean(preDestroy = "close")
    @Requires(beans = LedgerStore.class)
    QuotaService quotaService(Ledger ledger, LedgerPeer peer, QuotaSettings settings, AsyncSettings async,
            CommitSettings commit, PropertyResolver properties) {
        Path planFile = QuotaSettingGroup.PLANS.find(name -> properties.getProperty(name, String.class)).map(Path::of)
                .orElse(null);
        var service = new QuotaService(ledger, peer, planFile, settings, async, commit.timeout(),
                InstantSource.system(), System::nanoTime, new SecureRandom());
        service.start();
        return service;
    }

    @Singleton
    @Requires(beans = LedgerStore.class)
    Quotas quotas(QuotaService service) {
        return service.quotas();
    }
}
