package io.tallygate.storage.redis;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import io.tallygate.ledger.OutboxSettings;
import io.tallygate.ledger.StoreSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Where and how Redis stores. */
public final class RedisSettingGroup implements SettingGroup {

    private static final int REPLICAS_MAX = 16;

    static final Setting<String> URI = Setting.of("tallygate.redis.uri",
            SettingRule.matching("rediss?://.+", "a URI such as redis://127.0.0.1:6379", "URI"),
            "redis://127.0.0.1:6379", "Redis's address").secret();
    static final Setting<Boolean> CLUSTER = Setting.of("tallygate.redis.cluster", SettingRule.bool(), "false",
            "Whether Redis is a cluster");
    static final Setting<Integer> PARTITIONS = Setting.of("tallygate.redis.partitions",
            SettingRule.integer(1, Keyspace.PARTITIONS_MAX), "1",
            "Parts that the data is spread over; cannot change once there is some");
    static final Setting<Duration> TIMEOUT = Setting.of("tallygate.redis.timeout",
            SettingRule.duration(Duration.ofMillis(100), Duration.ofMinutes(1)), "2s",
            "How long Redis may take to answer");
    static final Setting<String> KEY_PREFIX = Setting.of("tallygate.redis.key-prefix",
            SettingRule.matching("[A-Za-z0-9_.:-]{1,64}", "1 to 64 letters, digits, or any of _ . : -", "TEXT"),
            "tallygate", "What the names of all keys in Redis start with");

    static final Setting<Integer> WAIT_REPLICAS = Setting.of("tallygate.redis.wait-replicas",
            SettingRule.integer(0, REPLICAS_MAX), "0",
            "Replicas that must have a write before it is answered; 0 in a cluster");

    /** For {@link Settings#load}. */
    public RedisSettingGroup() {}

    @Override
    public Part part() {
        return Part.STORAGE;
    }

    @Override
    public String title() {
        return "Storage";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(StoreSettings.STORE, URI, CLUSTER, PARTITIONS, TIMEOUT, KEY_PREFIX, WAIT_REPLICAS,
                OutboxSettings.PUBLISH,
                OutboxSettings.PUBLISH_MIB);
    }

    @Override
    public void check(Map<String, String> values) {
        boolean waits = !"0".equals(values.getOrDefault(WAIT_REPLICAS.name(), "0"));
        if (waits && Boolean.parseBoolean(values.get(CLUSTER.name()))) {
            throw new WrongSettingException(WAIT_REPLICAS.name() + " must be 0 with " + CLUSTER.name());
        }
    }
}
