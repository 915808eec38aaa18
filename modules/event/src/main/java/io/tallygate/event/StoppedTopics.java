package io.tallygate.event;

import io.tallygate.kernel.HealthNotes;
import java.util.List;

/** Tells which topics this process has stopped to consume. */
record StoppedTopics(Consumers consumers) implements HealthNotes {

    @Override
    public List<String> notes() {
        List<String> stopped = consumers.consumers().stream().filter(ConsumerStatistics::stopped)
                .map(ConsumerStatistics::topic).distinct().toList();
        return stopped.isEmpty()
                ? List.of()
                : List.of("events: stopped, because too many fail: " + String.join(", ", stopped));
    }
}
