/** How levels change, and what calls take. */
@NullMarked
package io.tallygate.degradation;

import org.jspecify.annotations.NullMarked;
