package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/** Marks tests that no store takes part in: the run on the embedded one is enough. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(value = "io.tallygate.contract.Stores#isEmbedded", disabledReason = "proved by the run on the embedded store")
@interface StoreDoesNotMatter {
}
