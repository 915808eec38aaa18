/** The gateway. What it consists of is the list of dependencies in this module's {@code pom.xml}. */
@NullMarked
package io.tallygate.gateway;

import org.jspecify.annotations.NullMarked;
