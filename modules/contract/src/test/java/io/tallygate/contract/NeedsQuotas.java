package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Marks tests of quotas, which every deployment serves but the counter service alone. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(NeedsQuotas.Condition.class)
@interface NeedsQuotas {

    /** Looks at the run. */
    final class Condition extends RunCondition {

        Condition() {
            super(() -> !Deployments.kind().equals(Deployments.COUNTER_SERVICE),
                    "the counter service serves no quotas");
        }
    }
}
