package io.tallygate.events.kafka;

import io.tallygate.event.EventSettingGroup;
import io.tallygate.kernel.SettingValues;
import java.time.Duration;

/**
 * How Kafka is used.
 *
 * @param bootstrapServers      addresses of brokers, with commas between
 * @param timeout               how long it may take to store an event, or to answer
 * @param groupPrefix           what the names of groups start with
 * @param createTopics          whether topics that are missing are created
 * @param partitionsOfNewTopics how many partitions these have
 */
record KafkaSettings(String bootstrapServers, Duration timeout, String groupPrefix, boolean createTopics,
        int partitionsOfNewTopics) {

    static KafkaSettings of(SettingValues values) {
        return new KafkaSettings(KafkaSettingGroup.BOOTSTRAP_SERVERS.in(values), KafkaSettingGroup.TIMEOUT.in(values),
                KafkaSettingGroup.GROUP_PREFIX.in(values), KafkaSettingGroup.CREATE_TOPICS.in(values),
                EventSettingGroup.PARTITIONS.in(values));
    }

    int timeoutMillis() {
        return Math.toIntExact(timeout.toMillis());
    }

    /** What a group that reads a topic is called in Kafka, where one name has one list of topics. */
    String groupId(String topic, String group) {
        return groupPrefix + '.' + topic + '.' + group;
    }
}
