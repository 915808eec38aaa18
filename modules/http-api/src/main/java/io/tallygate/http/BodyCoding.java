package io.tallygate.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.tallygate.kernel.GeneralProblem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** What a request's headers say of its body: which content coding it has (RFC 9110, 8.4), and that it is UTF-8. */
final class BodyCoding {

    /** What an answer about an unsupported coding offers in {@code Accept-Encoding}. */
    static final String SUPPORTED = "gzip";

    private static final Set<String> GZIP = Set.of(SUPPORTED, "x-gzip");
    private static final String IDENTITY = "identity";
    private static final String CHARSET = "charset=";
    private static final Set<String> UTF_8 = Set.of("utf-8", "utf8");
    private static final int SHOWN_CHARACTERS = 100;

    private BodyCoding() {}

    /**
     * The body as it was before it was compressed. Never inflates more than one byte beyond the largest body.
     *
     * @throws ProblemException when the coding or the charset is not supported, the body is no gzip stream, or it is
     *     too large before or after it is inflated
     */
    static byte[] decoded(HttpRequest<?> request, byte[] body) {
        HttpHeaders headers = request.getHeaders();
        requireUtf8(headers.get(HttpHeaders.CONTENT_TYPE));
        String coding = headers.get(HttpHeaders.CONTENT_ENCODING);
        return coding == null ? body : decoded(headers.getAll(HttpHeaders.CONTENT_ENCODING), body);
    }

    private static byte[] decoded(List<String> codings, byte[] body) {
        String coding = String.join(", ", codings).strip().toLowerCase(Locale.ROOT);
        if (coding.isEmpty() || coding.equals(IDENTITY)) {
            return body;
        }
        if (!GZIP.contains(coding)) {
            throw new ProblemException(Problem.of(HttpProblem.UNSUPPORTED_CONTENT_CODING,
                    "the Content-Encoding " + shown(coding) + " is not supported: send the body as it is, or gzip"));
        }
        // Missing or too large already: nothing to inflate, and the reader says so.
        return body.length == 0 || body.length > JsonBody.BYTES_MAX ? body : inflated(body);
    }

    private static byte[] inflated(byte[] body) {
        byte[] plain;
        try (var in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            plain = in.readNBytes(JsonBody.BYTES_MAX + 1);
        } catch (IOException e) {
            throw new ProblemException(Problem.of(GeneralProblem.BAD_REQUEST,
                    "the body is not the gzip stream that its Content-Encoding says"));
        }
        if (plain.length > JsonBody.BYTES_MAX) {
            throw new ProblemException(Problem.of(HttpProblem.CONTENT_TOO_LARGE,
                    "a body must not be larger than 1 MiB after it is inflated"));
        }
        return plain;
    }

    private static void requireUtf8(@Nullable String contentType) {
        if (contentType == null || contentType.indexOf(';') < 0) {
            return;
        }
        for (String parameter : contentType.split(";", -1)) {
            String stripped = parameter.strip();
            if (stripped.regionMatches(true, 0, CHARSET, 0, CHARSET.length())) {
                String charset = stripped.substring(CHARSET.length()).replace("\"", "");
                if (!UTF_8.contains(charset.toLowerCase(Locale.ROOT))) {
                    throw new ProblemException(Problem.of(HttpProblem.UNSUPPORTED_MEDIA_TYPE,
                            "the charset " + shown(charset) + " is not supported: the body must be UTF-8"));
                }
            }
        }
    }

    private static String shown(String text) {
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
