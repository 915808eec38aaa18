package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Marks tests of quotas, which are served by the monolith and by functions, over HTTP. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(NeedsQuotas.Condition.class)
@interface NeedsQuotas {

    /** Looks at the run. */
    final class Condition extends RunCondition {

        Condition() {
            super(() -> !Deployments.isOverGrpc() && !Deployments.isSplit(),
                    "this deployment serves no quotas over this protocol");
        }
    }
}
