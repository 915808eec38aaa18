package io.tallygate.ratelimit.rules;

import io.tallygate.ratelimit.RateLimitRequest;
import java.util.List;

/**
 * A question: may this pass?
 *
 * @param domain      whose rules to use
 * @param descriptors what it is limited by, at most {@value #DESCRIPTORS_MAX}, with as many limits together
 * @param force       counts also beyond a limit: what is known only afterwards
 * @param leased      whether permits of {@code concurrency} are taken under a lease; without one they have no name, and hits
 *                    given back end the oldest
 */
public record Check(String domain, List<Descriptor> descriptors, boolean force, boolean leased) {

    /** The most descriptors. */
    public static final int DESCRIPTORS_MAX = RateLimitRequest.CLAIMS_MAX;

    public Check {
        descriptors = List.copyOf(descriptors);
        if (descriptors.size() > DESCRIPTORS_MAX) {
            throw new IllegalArgumentException(
                    "descriptors: " + descriptors.size() + ", must be at most " + DESCRIPTORS_MAX);
        }
    }

    /** Neither forced nor leased. */
    public static Check of(String domain, List<Descriptor> descriptors) {
        return new Check(domain, descriptors, false, false);
    }

    /** The same question without an effect: whether one hit of each descriptor would pass. */
    public Check looking() {
        return new Check(domain, descriptors.stream().map(Descriptor::looking).toList(), false, false);
    }
}
