package io.tallygate.quota;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Plans in the order of their names' bytes in UTF-8.
 *
 * @param defaultPlan the name of the plan of subjects that have none; null when there is none
 * @param after       with which to ask for the next ones; null when there are no more
 */
public record PlanPage(List<PlanState> plans, @Nullable String defaultPlan, @Nullable String after) {}
