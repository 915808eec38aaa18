package io.tallygate.http.ratelimit;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.tallygate.access.Scope;
import io.tallygate.access.Token;
import io.tallygate.access.Tokens;
import io.tallygate.http.Problem;
import io.tallygate.http.ProblemException;
import io.tallygate.kernel.GeneralProblem;
import java.util.List;

/** Who may bring limits in place of those in the rules. */
final class OwnLimits {

    private OwnLimits() {}

    /**
     * Returns when no question brings a limit, or its caller may.
     *
     * @throws ProblemException of {@link GeneralProblem#FORBIDDEN}
     */
    static void requireAllowed(Tokens tokens, HttpRequest<?> request, List<CheckBody> questions) {
        for (int i = 0; i < questions.size(); i++) {
            String own = questions.get(i).ownLimit().orElse(null);
            if (own != null && !mayBring(tokens, request)) {
                throw new ProblemException(Problem.of(GeneralProblem.FORBIDDEN,
                        (questions.size() == 1 ? "" : "checks[" + i + "].") + own
                                + " takes the place of rules, for which the token needs the scope admin"));
            }
        }
    }

    private static boolean mayBring(Tokens tokens, HttpRequest<?> request) {
        Token token = tokens.presented(request.getHeaders().get(HttpHeaders.AUTHORIZATION));
        return tokens.isEmpty() || (token != null && token.allows(Scope.ADMIN));
    }
}
