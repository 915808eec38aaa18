package io.tallygate.quota;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the file of plans stands.
 *
 * @param digest   the SHA-256 of the content that is in effect, in hexadecimal; empty before there was a good one. On several
 *                 nodes it must be the same
 * @param loadedAt when that content came into effect; null before that
 * @param failure  what is wrong with the file as it is now, as one sentence; null when it is in effect
 */
public record PlanFileState(String digest, @Nullable Instant loadedAt, @Nullable String failure) {}
