package io.tallygate.storage.redis;

import io.tallygate.kernel.StoreUnavailableException;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refuses to start on a server, or with a setting, that would lose or misplace what is counted. */
final class StartCheck {

    private static final Logger LOG = LoggerFactory.getLogger(StartCheck.class);
    /** The layout of version 0.2.0. */
    private static final String LAYOUT = "2";
    private static final int MAJOR_MIN = 6;
    private static final int MINOR_MIN = 2;

    private final RedisLink link;

    StartCheck(RedisLink link) {
        this.link = link;
    }

    /** @throws IllegalArgumentException naming the setting that does not fit the server or its data */
    void check(RedisSettings settings, Keyspace keyspace) {
        checkServer(settings);
        checkLayout(keyspace);
        checkPartitions(keyspace);
    }

    /**
     * The same for what leaves nothing behind that a later start would have to fit.
     *
     * @throws IllegalArgumentException naming the setting that does not fit the server
     */
    void checkServer(RedisSettings settings) {
        Map<String, String> info = parse(link.await(link.commands().info(), link.deadline()));
        checkVersion(settings, info.getOrDefault("redis_version", ""));
        boolean cluster = "1".equals(info.get("cluster_enabled"));
        if (cluster != settings.cluster()) {
            throw new IllegalArgumentException("tallygate.redis.cluster is " + settings.cluster() + ", but Redis at "
                    + settings.address() + (cluster ? " is" : " is not") + " a node of a cluster");
        }
        String policy = info.getOrDefault("maxmemory_policy", "noeviction");
        if (!policy.equals("noeviction") && !"0".equals(info.get("maxmemory"))) {
            LOG.warn("Redis at {} has maxmemory-policy {}: it may drop what is counted; set it to noeviction",
                    settings.address(), policy);
        }
    }

    /** What version 0.1.0 wrote says nothing about its layout, and is taken over: the layout is noted once that can be. */
    private void checkLayout(Keyspace keyspace) {
        String stored = link.await(link.commands().get(keyspace.layoutKey()), link.deadline());
        if (stored == null) {
            note(keyspace);
        } else if (!stored.equals(LAYOUT)) {
            throw new IllegalArgumentException(
                    "tallygate.redis.uri: " + keyspace.layoutKey() + " says that this Redis has layout "
                            + stored + ", and this program knows " + LAYOUT
                            + ": start the newer program, or choose another tallygate.redis.key-prefix");
        }
    }

    private void note(Keyspace keyspace) {
        try {
            link.await(link.commands().setnx(keyspace.layoutKey(), LAYOUT), link.deadline());
        } catch (StoreUnavailableException takesNoWrites) {
            // It is read as long as it takes none, and the next start notes it.
        }
    }

    private static void checkVersion(RedisSettings settings, String version) {
        String[] numbers = version.split("\\.", -1);
        if (numbers.length < 2) {
            return;
        }
        int major = Integer.parseInt(numbers[0]);
        if (major < MAJOR_MIN || (major == MAJOR_MIN && Integer.parseInt(numbers[1]) < MINOR_MIN)) {
            throw new IllegalArgumentException("tallygate.redis.uri: Redis at " + settings.address() + " is version "
                    + version + ", must be " + MAJOR_MIN + "." + MINOR_MIN + " or newer");
        }
    }

    /** Writes to an empty Redis only: one that has data and takes no writes now is served for its reads. */
    private void checkPartitions(Keyspace keyspace) {
        String wanted = Integer.toString(keyspace.partitions());
        String key = keyspace.partitionsKey();
        String stored = link.await(link.commands().get(key), link.deadline());
        if (stored == null) {
            link.await(link.commands().setnx(key, wanted), link.deadline());
            stored = link.await(link.commands().get(key), link.deadline());
        }
        if (!wanted.equals(stored)) {
            throw new IllegalArgumentException("tallygate.redis.partitions is " + wanted
                    + ", but the counters in this Redis were stored with " + stored);
        }
    }

    private static Map<String, String> parse(String info) {
        var values = new HashMap<String, String>();
        info.lines().filter(line -> line.indexOf(':') > 0).forEach(line -> {
            int colon = line.indexOf(':');
            values.put(line.substring(0, colon), line.substring(colon + 1));
        });
        return values;
    }
}
