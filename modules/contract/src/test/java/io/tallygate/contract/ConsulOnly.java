package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/** Marks tests of what only a split that finds its parts through Consul has. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(value = "io.tallygate.contract.Deployments#isSplitThroughConsul",
        disabledReason = "instances are found through Consul in another run")
@interface ConsulOnly {
}
