package io.tallygate.functions.direct;

import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.FunctionContext;
import io.tallygate.http.quota.QuotaDocuments;

/**
 * Takes an amount for the time being. Invoked with the document of {@code POST /api/v1/quota/reserve}; its
 * {@code request_id} makes a repetition harmless. What is not ended in time {@link PurgeFunction} gives back.
 */
public final class QuotaReserveFunction extends DocumentFunction {

    /** For Lambda: starts everything. */
    public QuotaReserveFunction() {
        this(FunctionContext.start());
    }

    QuotaReserveFunction(ApplicationContext context) {
        super(context.getBean(QuotaDocuments.class)::reserve);
    }
}
