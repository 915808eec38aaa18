package io.tallygate.functions.direct;

import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.FunctionContext;
import io.tallygate.http.counter.CounterDocuments;

/**
 * Reads one counter, past every cache. Invoked with its {@code resource_id} and {@code counter_type}, and answers what
 * {@code GET /api/v1/counter/{resource_id}/{counter_type}} does.
 */
public final class GetFunction extends DocumentFunction {

    /** For Lambda: starts everything. */
    public GetFunction() {
        this(FunctionContext.start());
    }

    GetFunction(ApplicationContext context) {
        super(context.getBean(CounterDocuments.class)::get);
    }
}
