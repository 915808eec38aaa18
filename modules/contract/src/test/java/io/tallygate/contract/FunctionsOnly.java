package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Marks tests of what only AWS Lambda functions do. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(FunctionsOnly.Condition.class)
@interface FunctionsOnly {

    /** Looks at the run. */
    final class Condition extends RunCondition {

        Condition() {
            super(Deployments::isFunctions, "no functions are under test");
        }
    }
}
