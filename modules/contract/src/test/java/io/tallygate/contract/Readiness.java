package io.tallygate.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Waiting for {@code /health/readiness}. */
final class Readiness {

    private Readiness() {}

    /** Returns when ready; gives up at the deadline, or at once when the obituary tells why it will never be. */
    static void await(URI baseUrl, Duration deadline, Supplier<Optional<String>> obituary) {
        var api = new Api(baseUrl);
        String[] death = new String[1];
        boolean ended = Await.within(deadline, () -> {
            death[0] = obituary.get().orElse("");
            return !death[0].isEmpty() || isReady(api);
        });
        if (!death[0].isEmpty()) {
            throw new AssertionError(death[0]);
        }
        if (!ended) {
            throw new AssertionError(baseUrl + " was not ready within " + deadline + ", last "
                    + api.tryGet("/health/readiness").map(Answer::toString).orElse("no answer"));
        }
    }

    static boolean isReady(Api api) {
        return says(200, api);
    }

    /** Whether it says that it is not, which one that gives no answer does not. */
    static boolean isDenied(Api api) {
        return says(503, api);
    }

    /**
     * Whether it tells that its store, or the service of counters, is away: in the details of {@code /health}, and not by its
     * readiness, which at the edge lasts.
     */
    static boolean isAwayTold(Api api) {
        if (Deployments.isFunctions()) {
            return isDenied(api);
        }
        return api.tryGet("/health").filter(answer -> answer.status() == 200)
                .map(answer -> answer.json().path("details"))
                .filter(details -> isFalse(details, "answers") || isFalse(details, "takes_writes")
                        || details.at("/services/counter").asText().equals("DOWN"))
                .isPresent();
    }

    private static boolean isFalse(JsonNode details, String member) {
        return details.path("store").path(member).isBoolean() && !details.path("store").path(member).booleanValue();
    }

    /** Whether it is ready, and nothing that it needs for counters is away. */
    static boolean isWell(Api api) {
        return isReady(api) && !isAwayTold(api);
    }

    private static boolean says(int status, Api api) {
        return api.tryGet("/health/readiness").filter(answer -> answer.status() == status).isPresent();
    }
}
