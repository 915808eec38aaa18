package io.tallygate.contract;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips the run on a deployment whose parts find each other through Consul where there is no Consul, and says so. */
final class NeedsConsul implements ExecutionCondition {

    private static final String MISSING = "SKIPPED: no Consul here; infra/tools/build makes one where there is Go";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (!Deployments.isSplitThroughConsul() || ConsulServer.binary().isPresent()) {
            return ConditionEvaluationResult.enabled("nothing is missing");
        }
        if (context.getTestMethod().isEmpty()) {
            System.out.println(context.getDisplayName() + " " + MISSING);
        }
        return ConditionEvaluationResult.disabled(MISSING);
    }
}
