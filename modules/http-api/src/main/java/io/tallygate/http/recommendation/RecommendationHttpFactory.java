package io.tallygate.http.recommendation;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.tallygate.degradation.Feature;
import io.tallygate.degradation.Need;
import io.tallygate.recommendation.Recommendations;
import jakarta.inject.Singleton;

/** Says what recommendations need. */
@Factory
@Requires(classes = {Recommendations.class, Feature.class}, beans = Recommendations.class)
final class RecommendationHttpFactory {

    static final String FEATURE = "recommendations";

    /** Without the store there is still what is popular, from memory. */
    @Singleton
    Feature recommendationFeature() {
        return new Feature(FEATURE, Need.useful(Need.STORE));
    }
}
