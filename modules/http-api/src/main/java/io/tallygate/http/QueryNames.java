package io.tallygate.http;

import io.micronaut.http.HttpParameters;
import io.micronaut.http.HttpRequest;
import io.tallygate.kernel.InvalidInputException;

/** The names of a query's parameters. Like members of a body, others are ignored unless they look misspelt. */
public final class QueryNames {

    private static final int COMPARED_MAX = 16;

    private QueryNames() {}

    /**
     * Refuses a misspelt parameter.
     *
     * @throws InvalidInputException naming a parameter that was probably meant to be a known one
     */
    public static void requireNoneMisspelt(HttpRequest<?> request, MemberNames known) {
        HttpParameters parameters = request.getParameters();
        int compared = 0;
        for (String name : parameters.names()) {
            if (compared++ == COMPARED_MAX) {
                return;
            }
            String meant = known.meantBy(name);
            if (meant != null && !meant.equals(name)) {
                throw new InvalidInputException(name, parameters.getFirst(name).orElse(""),
                        "is not known; did you mean \"" + meant + "\"?");
            }
        }
    }
}
