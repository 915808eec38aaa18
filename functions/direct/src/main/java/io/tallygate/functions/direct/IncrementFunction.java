package io.tallygate.functions.direct;

import io.micronaut.context.ApplicationContext;
import io.tallygate.functions.runtime.Aftermaths;
import io.tallygate.functions.runtime.FunctionContext;
import io.tallygate.http.counter.CounterDocuments;

/**
 * Adds to one counter, and answers its new value after the commit. Invoked with the document of
 * {@code POST /api/v1/counter/increment}; its {@code request_id}, as in a batch, makes a repetition harmless, and its
 * {@code async} makes no difference.
 */
public final class IncrementFunction extends DocumentFunction {

    /** For Lambda: starts everything. */
    public IncrementFunction() {
        this(FunctionContext.start());
    }

    IncrementFunction(ApplicationContext context) {
        super(context.getBean(CounterDocuments.class)::increment, context.getBean(Aftermaths.class)::settle);
    }
}
