package io.tallygate.degradation;

import java.time.Instant;

/**
 * A feature's level became another one.
 *
 * @param why one sentence, for people
 */
public record LevelChange(Instant at, String feature, Level from, Level to, String why) {}
