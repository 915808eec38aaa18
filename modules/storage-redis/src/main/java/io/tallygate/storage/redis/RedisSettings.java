package io.tallygate.storage.redis;

import io.lettuce.core.RedisURI;
import io.tallygate.kernel.SettingValues;
import java.time.Duration;

/**
 * Where Redis is and how it is used.
 *
 * @param uri        {@code redis://} or {@code rediss://}, with a user and a password where there are some
 * @param cluster    whether the server is a node of a Redis Cluster
 * @param partitions among how many partitions counters are spread; fixed for the data's life
 * @param timeout    how long a reply is awaited
 * @param keyPrefix  with which all keys begin
 */
record RedisSettings(RedisURI uri, boolean cluster, int partitions, Duration timeout, String keyPrefix) {

    /** @throws IllegalArgumentException naming the setting; never with the URI's password */
    RedisSettings {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("tallygate.redis.timeout is " + timeout + ", must be above zero");
        }
        uri = RedisURI.builder(uri).withTimeout(timeout).build();
    }

    /** @throws IllegalArgumentException naming the setting that breaks its rule; never with the URI's password */
    static RedisSettings of(SettingValues values) {
        return new RedisSettings(parse(RedisSettingGroup.URI.in(values)), RedisSettingGroup.CLUSTER.in(values),
                RedisSettingGroup.PARTITIONS.in(values), RedisSettingGroup.TIMEOUT.in(values),
                RedisSettingGroup.KEY_PREFIX.in(values));
    }

    /** @throws IllegalArgumentException naming the setting; without the URI, which may hold a password */
    static RedisURI parse(String uri) {
        try {
            return RedisURI.create(uri);
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException(
                    "tallygate.redis.uri is not a URI of Redis, such as redis://127.0.0.1:6379");
        }
    }

    String address() {
        return uri.getHost() + ":" + uri.getPort();
    }
}
