package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.DisabledIf;

/** Marks tests that say the same whatever is deployed: the run on the monolith is enough. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@DisabledIf(value = "io.tallygate.contract.Deployments#isNotMonolith",
        disabledReason = "proved by the run on the monolith")
@interface OneDeploymentIsEnough {
}
