package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Marks tests of rate limits, which a service of another domain does not serve. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(NeedsRateLimits.Condition.class)
@interface NeedsRateLimits {

    /** Looks at the run. */
    final class Condition extends RunCondition {

        Condition() {
            super(() -> Deployments.kind().equals(Deployments.MONOLITH) || Deployments.isSplit()
                    || Deployments.isFunctions(), "this deployment serves no rate limits");
        }
    }
}
