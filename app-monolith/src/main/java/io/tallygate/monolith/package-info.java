/** Tallygate in one process. What it consists of is the list of dependencies in this module's {@code pom.xml}. */
@NullMarked
package io.tallygate.monolith;

import org.jspecify.annotations.NullMarked;
