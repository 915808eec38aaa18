package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Marks tests that no store takes part in: the run on one of them is enough. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(StoreDoesNotMatter.Condition.class)
@interface StoreDoesNotMatter {

    /** Looks at the run. */
    final class Condition extends RunCondition {

        Condition() {
            super(Stores::isFirst, "proved by the run on another store");
        }
    }
}
