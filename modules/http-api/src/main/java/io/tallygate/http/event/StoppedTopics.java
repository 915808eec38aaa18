package io.tallygate.http.event;

import io.micronaut.context.annotation.Requires;
import io.tallygate.event.ConsumerStatistics;
import io.tallygate.event.Consumers;
import io.tallygate.kernel.HealthNotes;
import jakarta.inject.Singleton;
import java.util.List;

/** Tells which topics this process has stopped to consume. */
@Singleton
@Requires(beans = Consumers.class)
final class StoppedTopics implements HealthNotes {

    private final Consumers consumers;

    StoppedTopics(Consumers consumers) {
        this.consumers = consumers;
    }

    @Override
    public List<String> notes() {
        List<String> stopped = consumers.consumers().stream().filter(ConsumerStatistics::stopped)
                .map(ConsumerStatistics::topic).distinct().toList();
        return stopped.isEmpty()
                ? List.of()
                : List.of("events: stopped, because too many fail: " + String.join(", ", stopped));
    }
}
