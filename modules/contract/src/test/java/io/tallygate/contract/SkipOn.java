package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Marks tests that mean nothing on some kinds of deployment, and says why. Every skip is in the report. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SkipOn.Condition.class)
@interface SkipOn {

    /** The kinds of deployment, as {@code tallygate.contract.deployment} names them. */
    String[] deployment();

    String because();

    /** Looks at the annotation. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return AnnotationSupport.findAnnotation(context.getElement(), SkipOn.class)
                    .filter(skip -> List.of(skip.deployment()).contains(Deployments.kind()))
                    .map(skip -> ConditionEvaluationResult.disabled("on " + Deployments.kind() + ": " + skip.because()))
                    .orElseGet(() -> ConditionEvaluationResult.enabled("applies"));
        }
    }
}
