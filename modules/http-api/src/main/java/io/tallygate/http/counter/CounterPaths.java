package io.tallygate.http.counter;

import io.micronaut.http.HttpRequest;
import io.tallygate.counter.CounterKey;
import io.tallygate.http.PathIds;
import io.tallygate.ledger.RowKey;

/** Names of counters in a path. */
final class CounterPaths {

    private CounterPaths() {}

    /**
     * The counter named by the last two segments.
     *
     * @throws io.tallygate.kernel.InvalidInputException naming {@code resource_id} or {@code counter_type}
     */
    static RowKey counter(HttpRequest<?> request) {
        String path = request.getPath();
        return CounterKey.of(PathIds.fromEnd(path, 1, "resource_id"), PathIds.fromEnd(path, 0, "counter_type"));
    }

    /** The counter type named by the last segment. */
    static String counterType(HttpRequest<?> request) {
        String type = PathIds.fromEnd(request.getPath(), 0, "counter_type");
        CounterKey.requireType(type);
        return type;
    }
}
