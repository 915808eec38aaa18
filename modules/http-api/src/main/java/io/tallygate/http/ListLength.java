package io.tallygate.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.micronaut.http.HttpRequest;
import java.io.IOException;

/** How many elements a list in a request's body has, counted before the request is read. */
public final class ListLength {

    private ListLength() {}

    /** Elements of the body, or of a member of the body's object; 0 for whatever is neither. */
    public static long of(HttpRequest<?> request, byte[] body, String list) {
        try {
            return JsonBody.readAny(request, body, in -> switch (in.currentToken()) {
                case START_ARRAY -> elements(in);
                case START_OBJECT -> count(in, list);
                default -> 0L;
            });
        } catch (ProblemException unreadable) {
            return 0;
        }
    }

    private static long count(JsonParser in, String list) throws IOException {
        long count = 0;
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            if (in.nextToken() == JsonToken.START_ARRAY && name.equals(list)) {
                count += elements(in);
            } else {
                in.skipChildren();
            }
        }
        return count;
    }

    private static long elements(JsonParser in) throws IOException {
        long count = 0;
        while (in.nextToken() != JsonToken.END_ARRAY) {
            in.skipChildren();
            count++;
        }
        return count;
    }
}
