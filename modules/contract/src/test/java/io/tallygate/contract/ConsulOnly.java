package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Marks tests of what only a split that finds its parts through Consul has. */
@SeveralInstances
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ConsulOnly.Condition.class)
@interface ConsulOnly {

    /** Looks at the run. */
    final class Condition extends RunCondition {

        Condition() {
            super(Deployments::isSplitThroughConsul, "instances are found through Consul in another run");
        }
    }
}
