/** Counters by events. */
@NullMarked
package io.tallygate.handlers.counter;

import org.jspecify.annotations.NullMarked;
