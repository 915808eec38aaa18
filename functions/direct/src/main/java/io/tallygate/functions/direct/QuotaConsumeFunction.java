package io.tallygate.functions.direct;

import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.FunctionContext;
import io.tallygate.http.quota.QuotaDocuments;

/**
 * Uses an amount, if the limits leave it, and answers after the commit. Invoked with the document of
 * {@code POST /api/v1/quota/consume}; its {@code request_id} makes a repetition harmless, and its {@code async} makes no
 * difference but that it records what has happened. A denial is a problem of the status 429.
 */
public final class QuotaConsumeFunction extends DocumentFunction {

    /** For Lambda: starts everything. */
    public QuotaConsumeFunction() {
        this(FunctionContext.start());
    }

    QuotaConsumeFunction(ApplicationContext context) {
        super(context.getBean(QuotaDocuments.class)::consume);
    }
}
