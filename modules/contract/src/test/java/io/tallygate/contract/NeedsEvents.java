package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Marks tests of events, which are served by the monolith over HTTP. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(NeedsEvents.Condition.class)
@interface NeedsEvents {

    /** Looks at the run. */
    final class Condition extends RunCondition {

        Condition() {
            super(() -> !Deployments.isOverGrpc() && Deployments.kind().equals(Deployments.MONOLITH),
                    "this deployment serves no events over this protocol");
        }
    }
}
