package io.tallygate.kernel;

/**
 * What became of a request that has a name.
 *
 * @param value    as it was when the request was decided
 * @param replayed whether that was at an earlier request, of which this one is a repetition: nothing was changed now
 */
public record Answered<T>(T value, boolean replayed) {}
