package io.tallygate.http.recommendation;

import io.tallygate.degradation.Level;
import io.tallygate.recommendation.Recommendation;

/** A recommendation, and the level whose handler made it. */
record Served(Recommendation recommendation, Level level) {}
