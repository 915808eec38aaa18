package io.tallygate.ledger;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.condition.Condition;
import io.micronaut.context.condition.ConditionContext;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What is there only where this process has a domain's rows itself: no setting {@code tallygate.services.<name>.*} says that a
 * service has them.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Requires(condition = ServedHere.Unnamed.class)
public @interface ServedHere {

    /** The name of the service that may have them, such as {@code counter}. */
    String value();

    /** Whether settings name no such service. */
    final class Unnamed implements Condition {

        /** For the framework. */
        public Unnamed() {}

        @Override
        @SuppressWarnings("rawtypes") // The interface has it so.
        public boolean matches(ConditionContext context) {
            return context.getComponent().getAnnotationMetadata().stringValue(ServedHere.class)
                    .filter(service -> context.containsProperties("tallygate.services." + service)).isEmpty();
        }
    }
}
