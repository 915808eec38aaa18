package io.tallygate.contract;

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

    private static boolean says(int status, Api api) {
        return api.tryGet("/health/readiness").filter(answer -> answer.status() == status).isPresent();
    }
}
