package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Marks tests in which the log of events fails alone, which one that is in the store cannot. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LogIsAServer.Condition.class)
@interface LogIsAServer {

    /** Looks at the run. */
    final class Condition extends RunCondition {

        Condition() {
            super(Stores::isBesideKafka, "events are kept in the store");
        }
    }
}
