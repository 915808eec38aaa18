package io.tallygate.events.kafka;

import io.tallygate.kernel.HealthNotes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is wrong with topics now: told by {@code /health}, and logged once when it begins and when it ends. Thread-safe. */
final class Troubles implements HealthNotes {

    private static final Logger LOG = LoggerFactory.getLogger(Troubles.class);

    private final Map<String, String> byTopic = new ConcurrentSkipListMap<>();

    /** @param sentence what is wrong, without a full stop */
    void begin(String topic, String sentence) {
        if (byTopic.put(topic, sentence) == null) {
            LOG.warn("{}", sentence);
        }
    }

    void end(String topic) {
        if (byTopic.remove(topic) != null) {
            LOG.info("Kafka serves topic {} again", topic);
        }
    }

    boolean concern(String topic) {
        return byTopic.containsKey(topic);
    }

    @Override
    public List<String> notes() {
        return byTopic.values().stream().map(sentence -> "events: " + sentence).toList();
    }
}
