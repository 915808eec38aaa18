/** The event service. What it consists of is the list of dependencies in this module's {@code pom.xml}. */
@NullMarked
package io.tallygate.eventservice;

import org.jspecify.annotations.NullMarked;
