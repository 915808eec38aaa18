package io.tallygate.http.quota;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Secondary;
import io.tallygate.kernel.RequestKey;
import io.tallygate.quota.Quotas;
import io.tallygate.quota.Wanted;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Acknowledges what is in memory, where a process lives on to commit it. */
@Singleton
@Requires(beans = Quotas.class)
@Secondary
final class MemoryQuotaAcceptance implements QuotaAcceptance {

    private final Quotas quotas;

    MemoryQuotaAcceptance(Quotas quotas) {
        this.quotas = quotas;
    }

    @Override
    public CompletionStage<?> accept(String subject, List<Wanted> wanted, @Nullable RequestKey key) {
        return quotas.accept(subject, wanted, key);
    }
}
