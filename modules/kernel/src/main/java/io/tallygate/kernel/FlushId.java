package io.tallygate.kernel;

/**
 * A flush's number: which writer sends it, and its place in that writer's sequence. A store applies a number once and
 * answers a repetition with what it answered first.
 *
 * @param writer   unique to one run of one process
 * @param sequence rises with every flush; a writer repeats only its last one
 */
public record FlushId(String writer, long sequence) {}
