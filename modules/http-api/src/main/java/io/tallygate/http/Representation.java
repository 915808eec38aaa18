package io.tallygate.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A form in which something is answered. What a request accepts decides whether it is answered and with which form
 * (RFC 9110, section 12.5.1), and never how the answer names its own form: a parameter in {@code Accept}, such as
 * another character set, is no reason to refuse and is not repeated.
 */
enum Representation {
    JSON("application/json", MediaType.APPLICATION_JSON),
    HTML("text/html", "text/html; charset=utf-8"),
    /** RFC 9512. */
    YAML("application/yaml", "application/yaml"),
    JAVASCRIPT("text/javascript", "text/javascript; charset=utf-8"),
    /** The text format that every scraper reads. */
    PROMETHEUS("text/plain", "text/plain; version=0.0.4; charset=utf-8"),
    OPENMETRICS("application/openmetrics-text",
            "application/openmetrics-text; version=1.0.0; charset=utf-8");

    private static final String ANYTHING = "*/*";

    private final String name;
    private final MediaType contentType;

    Representation(String name, String contentType) {
        this.name = name;
        this.contentType = MediaType.of(contentType);
    }

    /** What an answer in this form has as its {@code Content-Type}. */
    MediaType contentType() {
        return contentType;
    }

    /** @throws ProblemException with 406 when the request does not accept this form */
    void requireAcceptedBy(HttpRequest<?> request) {
        if (!acceptsAnything(request.getHeaders()) && quality(request) == 0) {
            throw notAcceptable(this);
        }
    }

    /**
     * The form that the request likes best; of several that it likes as much, the first.
     *
     * @throws ProblemException with 406 when the request accepts none of them
     */
    static Representation best(HttpRequest<?> request, Representation... offered) {
        if (acceptsAnything(request.getHeaders())) {
            return offered[0];
        }
        Representation best = offered[0];
        int bestQuality = 0;
        for (Representation representation : offered) {
            int quality = representation.quality(request);
            if (quality > bestQuality) {
                best = representation;
                bestQuality = quality;
            }
        }
        if (bestQuality == 0) {
            throw notAcceptable(offered);
        }
        return best;
    }

    /** The usual cases, which need no parsing. */
    private static boolean acceptsAnything(HttpHeaders headers) {
        String first = headers.get(HttpHeaders.ACCEPT);
        return first == null || (first.equals(ANYTHING) && headers.getAll(HttpHeaders.ACCEPT).size() == 1);
    }

    private int quality(HttpRequest<?> request) {
        List<String> lines = request.getHeaders().getAll(HttpHeaders.ACCEPT);
        return MediaRanges.quality(lines.size() == 1 ? lines.getFirst() : String.join(",", lines), name);
    }

    private static ProblemException notAcceptable(Representation... offered) {
        String names = Arrays.stream(offered).map(representation -> representation.name)
                .collect(Collectors.joining(" or "));
        return new ProblemException(Problem.of(HttpProblem.NOT_ACCEPTABLE,
                "this path answers " + names + ", which the Accept header excludes"));
    }
}
