/** Levels, as events. */
@NullMarked
package io.tallygate.handlers.degradation;

import org.jspecify.annotations.NullMarked;
