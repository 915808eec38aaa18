package io.tallygate.degradation;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.ShuttingDownException;

/** Which failures say nothing of how well a feature can be served: they are the answer. */
final class CallersOwn {

    private CallersOwn() {}

    static boolean isTrueOf(Throwable failure) {
        return switch (failure) {
            case InvalidInputException _,ShuttingDownException _ -> true;
            case DomainProblemException problem -> switch (problem.kind().category()) {
                case OVERLOADED, TIMEOUT, UNAVAILABLE -> false;
                default -> true;
            };
            default -> false;
        };
    }
}
