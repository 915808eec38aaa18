package io.tallygate.http.counter;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.tallygate.counter.Counters;
import io.tallygate.http.BatchPath;
import io.tallygate.http.PipelinedPath;
import jakarta.inject.Singleton;

/** Wires counters to the server. */
@Factory
@Requires(beans = Counters.class)
final class CounterHttpFactory {

    /** Single increments: waiting for each one's answer would cost each a commit of its own. */
    @Singleton
    PipelinedPath increments() {
        return new PipelinedPath(CounterController.PATH + CounterController.INCREMENT);
    }

    @Singleton
    BatchPath batchIncrement() {
        return new BatchPath(CounterController.PATH + "/batch-increment", "operations");
    }

    @Singleton
    BatchPath batch() {
        return new BatchPath(CounterController.PATH + "/batch", "queries");
    }
}
