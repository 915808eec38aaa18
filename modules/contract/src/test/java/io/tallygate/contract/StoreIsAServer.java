package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks tests in which the store fails alone, which a store inside the deployment cannot. Enables, as
 * {@link OwnDeployment} disables: of two conditions of one kind, only the first counts.
 */
@EveryStore
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(StoreIsAServer.Condition.class)
@interface StoreIsAServer {

    /** Looks at the run. */
    final class Condition extends RunCondition {

        Condition() {
            super(Stores::isServer, "the store lives inside the deployment");
        }
    }
}
