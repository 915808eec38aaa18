package io.tallygate.http.quota;

import io.micronaut.http.HttpRequest;
import io.tallygate.http.PathIds;
import io.tallygate.kernel.Ids;

/** Names in a path. */
final class QuotaPaths {

    private QuotaPaths() {}

    /**
     * An identifier that is a segment of its own.
     *
     * @param place where the segment is, from the end of the path: 0 is the last one
     * @throws io.tallygate.kernel.InvalidInputException naming {@code field}
     */
    static String id(HttpRequest<?> request, int place, String field) {
        String id = PathIds.fromEnd(request.getPath(), place, field);
        Ids.require(field, id);
        return id;
    }
}
