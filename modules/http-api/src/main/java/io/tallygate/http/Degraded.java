package io.tallygate.http;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;

/** How an answer tells that it is less than it should be. */
public final class Degraded {

    /** The header of such answers. */
    public static final String HEADER = "Tallygate-Degradation";
    private static final String VALUE = "degraded";

    private Degraded() {}

    /** The answer, which tells so. */
    public static HttpResponse<byte[]> mark(MutableHttpResponse<byte[]> answer) {
        return answer.header(HEADER, VALUE);
    }
}
