package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Marks tests of what no service of a split deployment serves, whether through a gateway or by itself. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(NotInSplit.Condition.class)
@interface NotInSplit {

    /** Looks at the run. */
    final class Condition extends RunCondition {

        Condition() {
            super(() -> !Deployments.isSplit() && !Deployments.kind().equals(Deployments.COUNTER_SERVICE),
                    "no service of a split deployment serves this");
        }
    }
}
