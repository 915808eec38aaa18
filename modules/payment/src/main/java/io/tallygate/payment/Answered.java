package io.tallygate.payment;

/**
 * What was decided.
 *
 * @param replayed whether that was at an earlier request, of which this one is a repetition
 */
public record Answered<T>(T value, boolean replayed) {}
