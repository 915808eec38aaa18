package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Marks tests of recommendations, which every deployment serves but single services. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(NeedsRecommendations.Condition.class)
@interface NeedsRecommendations {

    /** Looks at the run. */
    final class Condition extends RunCondition {

        Condition() {
            super(() -> Deployments.isSplit() || Deployments.isFunctions()
                    || Deployments.kind().equals(Deployments.MONOLITH),
                    "this deployment serves no recommendations");
        }
    }
}
