package io.tallygate.discovery;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which of several instances gives way, where there must be one. */
final class OtherInstances {

    private OtherInstances() {}

    /**
     * The instance that one has to give way to: whoever serves already, and of two that serve the one that was registered
     * first. Empty when there is none.
     *
     * @param own     the id of the one that asks
     * @param healthy those that serve, as Consul sees it
     */
    static Optional<String> before(String own, List<HealthyInstance> healthy) {
        Optional<HealthyInstance.Registered> first = healthy.stream().map(HealthyInstance::service)
                .min(Comparator.comparingLong(HealthyInstance.Registered::createIndex));
        return first.map(HealthyInstance.Registered::id).filter(id -> !id.equals(own));
    }
}
