package io.tallygate.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Marks tests that could come out otherwise on another store although it passes the stores' own tests: because it stops,
 * refuses or recovers in its own way. They run on every store each time. All others run on one store for each kind of
 * deployment, and on the rest with {@code -Dtallygate.contract.whole}.
 */
@Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Tag("every-store")
@interface EveryStore {
}
