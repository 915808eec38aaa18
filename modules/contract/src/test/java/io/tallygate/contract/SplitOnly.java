package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Marks tests of what only a deployment of several programs has. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SplitOnly.Condition.class)
@interface SplitOnly {

    /** Looks at the run. */
    final class Condition extends RunCondition {

        Condition() {
            super(Deployments::isSplit, "one process has no parts");
        }
    }
}
