package io.tallygate.ledger;

import java.time.Instant;

/**
 * A row's value as it was known at an instant.
 *
 * @param value 0 for a row that is not there
 * @param asOf  when the store held this value for certain
 */
public record Reading(RowKey row, long value, Instant asOf) {}
