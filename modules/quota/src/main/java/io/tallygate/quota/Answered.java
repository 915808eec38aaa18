package io.tallygate.quota;

/**
 * What was decided.
 *
 * @param replayed whether that was when its key was first used, and nothing was changed now
 */
public record Answered<T>(T value, boolean replayed) {}
