package io.tallygate.degradation;

import java.time.Instant;

/**
 * What another process has told of itself.
 *
 * @param at when
 */
public record NodeLevel(String node, Level level, Instant at) {}
