package io.tallygate.functions.direct;

import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.FunctionContext;
import io.tallygate.http.quota.QuotaDocuments;

/**
 * Keeps what was used of a reservation, and gives the rest back. Invoked with the document of
 * {@code POST /api/v1/quota/reservations/{id}/commit} and, in it, the {@code reservation_id}.
 */
public final class QuotaCommitFunction extends DocumentFunction {

    /** For Lambda: starts everything. */
    public QuotaCommitFunction() {
        this(FunctionContext.start());
    }

    QuotaCommitFunction(ApplicationContext context) {
        super(context.getBean(QuotaDocuments.class)::commit);
    }
}
