package io.tallygate.counter;

import java.time.Instant;

/**
 * A counter's value as it was known at an instant.
 *
 * @param value 0 for a counter never written
 * @param asOf  when the store held this value for certain
 */
public record Reading(CounterKey counter, long value, Instant asOf) {}
