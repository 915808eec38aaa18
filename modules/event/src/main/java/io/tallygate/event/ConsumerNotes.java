package io.tallygate.event;

import io.tallygate.kernel.HealthNotes;
import java.util.ArrayList;
import java.util.List;

/** Tells which topics this process does not consume now. */
record ConsumerNotes(Consumers consumers) implements HealthNotes {

    @Override
    public List<String> notes() {
        var notes = new ArrayList<String>();
        List<String> stopped = consumers.consumers().stream().filter(ConsumerStatistics::stopped)
                .map(ConsumerStatistics::topic).distinct().toList();
        if (!stopped.isEmpty()) {
            notes.add("events: stopped, because too many fail: " + String.join(", ", stopped));
        }
        for (ConsumerStatistics consumer : consumers.consumers()) {
            if (consumer.waits() != null) {
                notes.add("events: " + consumer.topic() + " waits: " + consumer.waits());
            }
        }
        return notes;
    }
}
