package io.tallygate.http.recommendation;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.tallygate.degradation.Level;
import io.tallygate.http.Answers;
import io.tallygate.http.Degraded;
import io.tallygate.recommendation.Recommended;

/** Recommendations, in JSON. */
final class RecommendationAnswers {

    private RecommendationAnswers() {}

    static HttpResponse<byte[]> served(Served served) {
        String level = served.level().label();
        var response = Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("items");
            for (Recommended item : served.recommendation().items()) {
                out.writeStartObject();
                out.writeStringField("resource_id", item.resourceId());
                out.writeNumberField("score", item.score());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeStringField("source", served.recommendation().source().label());
            out.writeStringField("level", level);
            out.writeEndObject();
        });
        return served.level() == Level.NORMAL ? response : Degraded.mark(response);
    }
}
