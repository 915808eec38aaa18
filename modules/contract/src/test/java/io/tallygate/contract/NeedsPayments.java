package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Marks tests of payments, which every deployment serves but the services of counters and of quotas alone. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(NeedsPayments.Condition.class)
@interface NeedsPayments {

    /** Looks at the run. */
    final class Condition extends RunCondition {

        Condition() {
            super(() -> !Deployments.kind().equals(Deployments.COUNTER_SERVICE)
                    && !Deployments.kind().equals(Deployments.QUOTA_SERVICE), "this service serves no payments");
        }
    }
}
