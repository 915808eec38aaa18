package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.DisabledIf;

/** Marks tests in which the store fails alone, which a store inside the deployment cannot. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@DisabledIf(value = "io.tallygate.contract.Stores#isEmbedded", disabledReason = "the store lives inside the deployment")
@interface StoreIsAServer {
}
