package io.tallygate.payment;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A payment that was made.
 *
 * @param settledAt when it was decided, to the millisecond
 * @param balance   the payer's, right after it. Null only until the first answer to who paid; where that was never given
 *                  within 24 hours, for good
 */
public record Payment(PaymentOrder order, Instant settledAt, @Nullable Long balance) {}
