package io.tallygate.http;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import java.time.Duration;

/** How an answer tells that it is less than it should be. */
public final class Degraded {

    /** The header of such answers. */
    public static final String HEADER = "Tallygate-Degradation";
    /** An answer that says the same and is younger by less is not kept in place of one that is there. */
    public static final Duration AS_RECENT = Duration.ofSeconds(1);

    private static final String VALUE = "degraded";

    private Degraded() {}

    /** The answer, which tells so. */
    public static HttpResponse<byte[]> mark(MutableHttpResponse<byte[]> answer) {
        return answer.header(HEADER, VALUE);
    }
}
