package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Marks tests of what gRPC has no word for, and says why. Every skip is in the report. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(OverHttpOnly.Condition.class)
@interface OverHttpOnly {

    String because();

    /** Looks at the annotation. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return AnnotationSupport.findAnnotation(context.getElement(), OverHttpOnly.class)
                    .filter(only -> Deployments.isOverGrpc())
                    .map(only -> ConditionEvaluationResult.disabled("over gRPC: " + only.because()))
                    .orElseGet(() -> ConditionEvaluationResult.enabled("applies"));
        }
    }
}
