package io.tallygate.http;

import io.micronaut.http.HttpRequest;
import io.tallygate.kernel.InvalidInputException;
import java.util.List;

/** A request's body that is a document of some kind, for whoever reads it. */
public final class TextBody {

    private TextBody() {}

    /**
     * The document, uncompressed.
     *
     * @throws ProblemException when there is none, it is too large, or its coding or its charset is not supported
     */
    public static byte[] read(HttpRequest<?> request, byte[] body) {
        byte[] document = BodyCoding.decoded(request, body);
        if (document.length == 0) {
            throw new ProblemException(Problem.invalid(
                    List.of(new InvalidInputException("body", "", "is required, as a document"))));
        }
        if (document.length > JsonBody.BYTES_MAX) {
            throw new ProblemException(Problem.tooLarge());
        }
        return document;
    }
}
