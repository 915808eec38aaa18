/** Stress tests of this package. */
@NullMarked
package io.tallygate.kernel;

import org.jspecify.annotations.NullMarked;
