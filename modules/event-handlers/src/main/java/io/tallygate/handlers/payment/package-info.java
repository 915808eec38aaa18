/** Payments by events. */
@NullMarked
package io.tallygate.handlers.payment;

import org.jspecify.annotations.NullMarked;
