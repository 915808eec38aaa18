package io.tallygate.http;

import io.micronaut.http.HttpRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What callers call their requests in their logs. */
public final class RequestIds {

    /** The header of requests, and of their answers, that holds such a name. */
    public static final String HEADER = "X-Request-Id";

    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,128}");

    private RequestIds() {}

    /** For the log: the end of a line about a request. */
    static String named(HttpRequest<?> request) {
        String id = valid(request.getHeaders().get(HEADER));
        return id == null ? "" : ", request id " + id;
    }

    /**
     * The name itself, or null when it is none: what is not 1 to 128 visible characters is as good as no name, because a
     * request does not fail for what is only for logs.
     */
    public static @Nullable String valid(@Nullable String id) {
        return id != null && VISIBLE.matcher(id).matches() ? id : null;
    }
}
