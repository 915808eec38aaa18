package io.tallygate.http.counter;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.tallygate.counter.Counters;
import io.tallygate.degradation.Feature;
import io.tallygate.degradation.Need;
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

    /** Without the store there are answers of before. */
    @Singleton
    Feature counterReads() {
        return new Feature(CounterReads.FEATURE, Need.useful(Need.STORE));
    }

    @Singleton
    Feature leaderboards() {
        return new Feature(LeaderboardReads.FEATURE, Need.useful(Need.STORE));
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
