package io.tallygate.grpc.connect;

import java.time.Duration;
import java.util.Optional;

/**
 * How one service is connected to.
 *
 * @param target         where its instances are known from
 * @param policy         how calls are spread over them
 * @param channels       the pool's size, 1 to 1000; each channel has a connection of its own to each instance
 * @param keepAlive      how long a connection is silent before it is pinged, 10 s or more. Servers must permit it
 * @param connectTimeout how long a connection attempt, and {@link Channels#warmUp()}, may take
 * @param token          sent with every call as {@code authorization: Bearer}
 */
public record ConnectSettings(Target target, Policy policy, int channels, Duration keepAlive, Duration connectTimeout,
        Optional<String> token) {

    private static final int CHANNELS_MAX = 1_000;
    private static final Duration KEEP_ALIVE_MIN = Duration.ofSeconds(10);
    private static final Duration CONNECT_TIMEOUT_MAX = Duration.ofMinutes(10);

    /** @throws IllegalArgumentException naming the setting that breaks its rule */
    public ConnectSettings {
        require(channels >= 1 && channels <= CHANNELS_MAX, "tallygate.services.channels", channels,
                "1 to " + CHANNELS_MAX);
        require(keepAlive.compareTo(KEEP_ALIVE_MIN) >= 0, "tallygate.services.keep-alive", keepAlive, "10s or more");
        require(connectTimeout.toMillis() >= 1 && connectTimeout.compareTo(CONNECT_TIMEOUT_MAX) <= 0,
                "tallygate.services.connect-timeout", connectTimeout, "1ms to 10m");
    }

    /** With the defaults of {@code tallygate.services}, and without a token. */
    public static ConnectSettings of(Target target) {
        return new ConnectSettings(target, ServicesSettingGroup.POLICY.byDefault(),
                ServicesSettingGroup.CHANNELS.byDefault(), ServicesSettingGroup.KEEP_ALIVE.byDefault(),
                ServicesSettingGroup.CONNECT_TIMEOUT.byDefault(), Optional.empty());
    }

    private static void require(boolean holds, String setting, Object value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(setting + " is " + value + ", must be " + rule);
        }
    }

    /** Without the token, which belongs into no log. */
    @Override
    public String toString() {
        return "ConnectSettings[" + target + ", " + policy + ", channels=" + channels + ", keepAlive=" + keepAlive
                + ", connectTimeout=" + connectTimeout + ", token=" + (token.isPresent() ? "***" : "none") + "]";
    }
}
