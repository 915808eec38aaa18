package io.tallygate.http.quota;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.tallygate.degradation.Feature;
import io.tallygate.degradation.Need;
import io.tallygate.http.BatchPath;
import io.tallygate.quota.Quotas;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Wires quotas to the server. */
@Factory
@Requires(beans = Quotas.class)
final class QuotaHttpFactory {

    @Singleton
    DecisionAnswers decisionAnswers() {
        return new DecisionAnswers(InstantSource.system());
    }

    /** Without the store there are answers of before, or a setting. */
    @Singleton
    Feature quotaCheck() {
        return new Feature(QuotaChecks.FEATURE, Need.useful(Need.STORE));
    }

    @Singleton
    BatchPath consumeBatch() {
        return new BatchPath(QuotaController.PATH + "/consume-batch", "operations");
    }
}
