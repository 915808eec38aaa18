/** Quotas by events. */
@NullMarked
package io.tallygate.handlers.quota;

import org.jspecify.annotations.NullMarked;
