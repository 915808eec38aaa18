/** The dependency rule, over everything that is built. */
@NullMarked
package io.tallygate.architecture;

import org.jspecify.annotations.NullMarked;
