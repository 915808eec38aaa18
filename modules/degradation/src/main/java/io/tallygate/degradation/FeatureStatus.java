package io.tallygate.degradation;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a feature is served.
 *
 * @param level          in effect
 * @param automatic      what it would be without an override
 * @param why            why it is not {@link Level#NORMAL}, one sentence each; empty when it is
 * @param needs          as it was declared, and what settings add
 * @param since          since when the automatic level is this one
 * @param recoveringPercent of the calls that try a better level now; 0 when none do
 * @param calls          at the best level, of the last 5 seconds
 * @param failures       of those
 * @param degradedAnswers since the start: those that another handler than the normal one gave
 * @param override       null when there is none
 */
public record FeatureStatus(String name, Level level, Level automatic, List<String> why, List<Need> needs,
        Instant since,
        int recoveringPercent, long calls, long failures, long degradedAnswers, @Nullable LevelOverride override) {}
