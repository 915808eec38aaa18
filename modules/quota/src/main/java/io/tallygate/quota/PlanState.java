package io.tallygate.quota;

import java.time.Instant;
import java.util.Optional;

/**
 * A plan that is in effect.
 *
 * @param tag         the digest of what it means, its ETag without quotation marks
 * @param stored      whether a caller defined it; else it is the file's
 * @param effectiveAt when the last change of its calendars begins, for a subject that has none of its own; empty when all have
 *                    begun
 */
public record PlanState(Plan plan, String tag, boolean stored, Optional<Instant> effectiveAt) {}
