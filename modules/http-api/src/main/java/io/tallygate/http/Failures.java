package io.tallygate.http;

import io.tallygate.kernel.Asked;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.ProblemCategory;
import java.io.IOException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns failures into problems. Those that are not the caller's are logged here, and only here. */
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /** @param operation what was asked for, looked up when it is logged */
    static Problem problem(Asked asked, String key, Supplier<String> operation, Throwable failure) {
        Problem problem = Problem.from(failure, asked, key);
        if (problem.kind() == GeneralProblem.INTERNAL_ERROR) {
            if (failure instanceof IOException) {
                LOG.debug("{}: connection lost", operation.get(), failure);
            } else {
                LOG.error("{} failed", operation.get(), failure);
            }
        } else if (problem.kind().category() == ProblemCategory.INTERNAL) {
            LOG.warn("{} failed: {}", operation.get(), rootMessage(failure));
        }
        return problem;
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
