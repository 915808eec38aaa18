package io.tallygate.launcher;

/**
 * What can be started: one deployment, or one part of one.
 *
 * @param jar     its file's name
 * @param purpose one line for its help
 */
public record Program(String jar, String purpose) {}
