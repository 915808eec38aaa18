package io.tallygate.quota;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is settled for a subject, and how its limits stand.
 *
 * @param plan        the name of the plan that it goes by
 * @param ownPlan     whether that was settled for it; else it is the default plan
 * @param overrides   its own limits, by quota type, shorter periods first
 * @param anchor      the date on which its months and years begin; null for those of the limits
 * @param limits      all that are in effect, in the same order, in the periods that run
 * @param effectiveAt when the last change of a calendar begins; empty when all have begun
 */
public record SubjectState(String subject, String plan, boolean ownPlan, List<Limit> overrides,
        @Nullable LocalDate anchor, List<LimitState> limits, Optional<Instant> effectiveAt) {}
