package io.tallygate.http.ratelimit;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.tallygate.access.Scope;
import io.tallygate.access.Token;
import io.tallygate.access.Tokens;
import io.tallygate.http.Problem;
import io.tallygate.http.ProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.ratelimit.rules.Check;
import io.tallygate.ratelimit.rules.RuleSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may bring limits in place of those in the rules, and who may count for those of the API itself. */
final class OwnLimits {

    private static final String OWN_API = "domain is that of this API's own limits";

    private OwnLimits() {}

    /**
     * Returns when no question needs more than its caller may.
     *
     * @throws ProblemException of {@link GeneralProblem#FORBIDDEN}
     */
    static void requireAllowed(Tokens tokens, HttpRequest<?> request, List<CheckBody> questions) {
        for (int i = 0; i < questions.size(); i++) {
            String why = why(questions.get(i));
            if (why != null) {
                requireAdmin(tokens, request, (questions.size() == 1 ? "" : "checks[" + i + "].") + why);
            }
        }
    }

    /** Why a question is for admins alone; null where it is not. */
    private static @Nullable String why(CheckBody question) {
        if (question.ownLimit().isPresent()) {
            return question.ownLimit().get() + " takes the place of rules";
        }
        return countsForThisApi(question.check()) ? OWN_API : null;
    }

    /** The same of a question that brings no limit, or one that is anybody's to bring. */
    static void requireAllowed(Tokens tokens, HttpRequest<?> request, Check question) {
        if (countsForThisApi(question)) {
            requireAdmin(tokens, request, OWN_API);
        }
    }

    /** Whoever is limited by these must not give hits back, nor take those of others. To look is for anyone. */
    private static boolean countsForThisApi(Check question) {
        return question.domain().equals(RuleSet.OWN_API)
                && question.descriptors().stream().anyMatch(descriptor -> descriptor.hits() != 0);
    }

    private static void requireAdmin(Tokens tokens, HttpRequest<?> request, String why) {
        if (!isAdmin(tokens, request)) {
            throw new ProblemException(Problem.of(GeneralProblem.FORBIDDEN,
                    why + ", for which the token needs the scope admin"));
        }
    }

    private static boolean isAdmin(Tokens tokens, HttpRequest<?> request) {
        Token token = tokens.presented(request.getHeaders().get(HttpHeaders.AUTHORIZATION));
        return tokens.isEmpty() || (token != null && token.allows(Scope.ADMIN));
    }
}
