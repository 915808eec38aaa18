/** Beside the handler that counts, one that is slow for some keys. */
@NullMarked
package io.tallygate.handlers.counter;

import org.jspecify.annotations.NullMarked;
