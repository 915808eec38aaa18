package io.tallygate.events.kafka;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import io.tallygate.ledger.StoreSettings;
import java.time.Duration;
import java.util.List;

/** Whether events are on Kafka, and how it is reached. */
public final class KafkaSettingGroup implements SettingGroup {

    static final String LOG_NAME = "tallygate.events.log";
    static final String KAFKA = "kafka";

    static final Setting<String> LOG = Setting.of(LOG_NAME, SettingRule.oneOf("embedded", KAFKA), "embedded",
            "Where events are until they are consumed, and after: embedded, in the store, or kafka").notInFunctions();
    static final Setting<String> BOOTSTRAP_SERVERS = Setting.of("tallygate.kafka.bootstrap-servers",
            SettingRule.matching("[^,:\\s]+:\\d{1,5}(,[^,:\\s]+:\\d{1,5})*|\\[[0-9A-Fa-f:]+]:\\d{1,5}",
                    "addresses such as 127.0.0.1:9092,127.0.0.1:9093", "ADDRESSES"),
            "127.0.0.1:9092", "Some brokers of Kafka, with commas between").notInFunctions();
    static final Setting<Duration> TIMEOUT = Setting.of("tallygate.kafka.timeout",
            SettingRule.duration(Duration.ofMillis(100), Duration.ofMinutes(5)), "5s",
            "How long Kafka may take to store an event, or to answer").notInFunctions();
    static final Setting<String> GROUP_PREFIX = Setting.of("tallygate.kafka.group-prefix",
            SettingRule.matching("[A-Za-z0-9_.-]{1,64}", "1 to 64 letters, digits, or any of _ . -", "TEXT"),
            "tallygate", "What the names of consumer groups in Kafka start with: one for each store").notInFunctions();
    static final Setting<Boolean> CREATE_TOPICS = Setting.of("tallygate.kafka.create-topics", SettingRule.bool(),
            "false", "Whether topics that Kafka does not have are created, of as many partitions as new topics have")
            .notInFunctions();

    /** For {@link Settings#load}. */
    public KafkaSettingGroup() {}

    @Override
    public Part part() {
        return Part.DOMAIN;
    }

    @Override
    public String title() {
        return "Events";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(LOG, BOOTSTRAP_SERVERS, TIMEOUT, GROUP_PREFIX, CREATE_TOPICS);
    }

    @Override
    public List<Setting<?>> needs() {
        return List.of(StoreSettings.STORE);
    }
}
