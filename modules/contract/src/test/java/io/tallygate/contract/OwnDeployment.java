package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.DisabledIf;

/** Marks tests that stop, kill or configure the deployment, and so must have started it themselves. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@DisabledIf(value = "io.tallygate.contract.Deployments#isForeign",
        disabledReason = "the deployment is not ours to stop")
@interface OwnDeployment {
}
