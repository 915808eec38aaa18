package io.tallygate.functions.direct;

import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.FunctionContext;
import io.tallygate.http.quota.QuotaDocuments;

/**
 * Up to 1000 consumptions, each decided for itself, answered after the commit. Invoked with the document of
 * {@code POST /api/v1/quota/consume-batch}; its {@code async} makes no difference.
 */
public final class QuotaConsumeBatchFunction extends DocumentFunction {

    /** For Lambda: starts everything. */
    public QuotaConsumeBatchFunction() {
        this(FunctionContext.start());
    }

    QuotaConsumeBatchFunction(ApplicationContext context) {
        super(context.getBean(QuotaDocuments.class)::consumeBatch);
    }
}
