package io.tallygate.contract;

import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.Assumptions;

/** The windows of leaderboards, of which some deployments keep only {@code all}. */
final class Windows {

    private Windows() {}

    /** Skips the rest of a test on a deployment that says so. */
    static void assumeKept(String window) {
        Assumptions.assumeThat(isKept(window)).as("functions add up nothing in memory: they keep no window " + window)
                .isTrue();
    }

    /** Those of these that the deployment keeps; that the others are missing is told where each is tested alone. */
    static List<String> kept(String... windows) {
        return Stream.of(windows).filter(Windows::isKept).toList();
    }

    private static boolean isKept(String window) {
        return window.equals("all") || !Deployments.kind().equals(Deployments.FUNCTIONS);
    }
}
