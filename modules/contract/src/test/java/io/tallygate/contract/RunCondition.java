package io.tallygate.contract;

import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Whether a run is one that an annotation's tests belong to. JUnit's own {@code @EnabledIf} and {@code @DisabledIf} look at
 * one annotation of their kind alone, so that of two which carry them one would count for nothing.
 */
abstract class RunCondition implements ExecutionCondition {

    private final BooleanSupplier belongs;
    private final String otherwise;

    RunCondition(BooleanSupplier belongs, String otherwise) {
        this.belongs = belongs;
        this.otherwise = otherwise;
    }

    @Override
    public final ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return belongs.getAsBoolean()
                ? ConditionEvaluationResult.enabled("applies")
                : ConditionEvaluationResult.disabled(otherwise);
    }
}
