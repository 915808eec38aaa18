package io.tallygate.functions.direct;

import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.Aftermaths;
import io.tallygate.functions.runtime.FunctionContext;
import io.tallygate.http.counter.CounterDocuments;

/**
 * Adds to up to 1000 counters, and answers after the commit. Invoked with the document of
 * {@code POST /api/v1/counter/batch-increment}; its {@code async} makes no difference.
 */
public final class BatchIncrementFunction extends DocumentFunction {

    /** For Lambda: starts everything. */
    public BatchIncrementFunction() {
        this(FunctionContext.start());
    }

    BatchIncrementFunction(ApplicationContext context) {
        super(context.getBean(CounterDocuments.class)::batchIncrement, context.getBean(Aftermaths.class)::settle);
    }
}
