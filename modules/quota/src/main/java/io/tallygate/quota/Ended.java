package io.tallygate.quota;

/**
 * A reservation after the wish to end it.
 *
 * @param reservation as it has ended
 * @param asAsked     whether that is the end that was asked for, now or before; else another end was there already, which is
 *                    {@link QuotaProblem#RESERVATION_ENDED}
 */
public record Ended(Reservation reservation, boolean asAsked) {}
