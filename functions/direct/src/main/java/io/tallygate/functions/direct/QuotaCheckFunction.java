package io.tallygate.functions.direct;

import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.FunctionContext;
import io.tallygate.http.quota.QuotaDocuments;

/**
 * Says whether a subject could use this much. Invoked with the document of {@code POST /api/v1/quota/check}; only what
 * consumes decides.
 */
public final class QuotaCheckFunction extends DocumentFunction {

    /** For Lambda: starts everything. */
    public QuotaCheckFunction() {
        this(FunctionContext.start());
    }

    QuotaCheckFunction(ApplicationContext context) {
        super(context.getBean(QuotaDocuments.class)::check);
    }
}
