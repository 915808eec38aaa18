package io.tallygate.functions.http;

import io.micronaut.context.annotation.Requires;
import io.tallygate.http.quota.QuotaAcceptance;
import io.tallygate.kernel.RequestKey;
import io.tallygate.quota.ConsumeMode;
import io.tallygate.quota.Quotas;
import io.tallygate.quota.Wanted;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Acknowledges what is committed: memory that may be frozen, or dropped, right after the answer holds nothing safely. */
@Singleton
@Requires(beans = Quotas.class)
final class CommittedQuotaAcceptance implements QuotaAcceptance {

    private final Quotas quotas;

    CommittedQuotaAcceptance(Quotas quotas) {
        this.quotas = quotas;
    }

    @Override
    public CompletionStage<?> accept(String subject, List<Wanted> wanted, @Nullable RequestKey key) {
        return quotas.consume(subject, wanted, ConsumeMode.FORCE, key);
    }
}
