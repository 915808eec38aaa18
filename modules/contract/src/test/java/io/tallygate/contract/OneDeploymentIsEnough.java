package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Marks tests that say the same whatever is deployed: the run on the monolith is enough. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(OneDeploymentIsEnough.Condition.class)
@interface OneDeploymentIsEnough {

    /** Looks at the run. */
    final class Condition extends RunCondition {

        Condition() {
            super(() -> !Deployments.isNotMonolith(), "proved by the run on the monolith");
        }
    }
}
