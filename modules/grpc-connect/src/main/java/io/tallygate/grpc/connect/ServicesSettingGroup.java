package io.tallygate.grpc.connect;

import io.tallygate.kernel.CommonSettings;
import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** How a process reaches services, whichever these are. */
public final class ServicesSettingGroup implements SettingGroup {

    /** What the names of all settings of services start with. */
    static final String PREFIX = "tallygate.services.";

    static final Setting<Policy> POLICY = Setting.of("tallygate.services.policy",
            SettingRule.oneOf("round-robin", "weighted", "least-request", "latency", "consistent-hash")
                    .map(Policy::parse),
            "round-robin",
            "How calls are spread over instances: round-robin, weighted, least-request, latency or consistent-hash");
    static final Setting<Integer> CHANNELS = Setting.of("tallygate.services.channels", SettingRule.integer(1, 1000),
            "20", "Channels to the services, each with a connection to every instance");
    static final Setting<Duration> KEEP_ALIVE = Setting.of("tallygate.services.keep-alive",
            SettingRule.duration(Duration.ofSeconds(10), Duration.ofHours(1)), "30s",
            "How long a connection is silent before it is pinged");
    static final Setting<Duration> CONNECT_TIMEOUT = Setting.of("tallygate.services.connect-timeout",
            SettingRule.duration(Duration.ofMillis(1), Duration.ofMinutes(1)), "5s", "How long connecting may take");
    static final Setting<String> TOKEN = Setting.optional("tallygate.services.token", SettingRule.text("TEXT"),
            "The token that the services want; a secret").secret();
    static final Setting<String> TLS_CA = Setting.optional("tallygate.services.tls.ca", SettingRule.text("FILE"),
            "PEM file of the authorities that the services' certificates are trusted by; without it there is no TLS");
    static final Setting<String> TLS_SERVER_NAME = Setting.optional("tallygate.services.tls.server-name",
            SettingRule.matching("[A-Za-z0-9.-]{1,253}", "a host's name", "NAME"),
            "Name in the services' certificates; an instance's own name or address when absent");
    static final Setting<String> TLS_CERTIFICATE = Setting.optional("tallygate.services.tls.certificate",
            SettingRule.text("FILE"),
            "PEM file of the certificate to show to services that ask for one (mutual TLS)");
    static final Setting<String> TLS_KEY = Setting.optional("tallygate.services.tls.key", SettingRule.text("FILE"),
            "PEM file of that certificate's private key");
    /** Also a heartbeat's, and whoever calls has it for calls. */
    public static final Setting<Duration> TIMEOUT = Setting.of("tallygate.services.timeout",
            SettingRule.duration(Duration.ofMillis(10), Duration.ofMinutes(1)), "1s",
            "How long one call may take before it is repeated");
    static final Setting<Integer> BREAKER_FAILURES = Setting.of("tallygate.services.breaker.failures",
            SettingRule.integer(1, 100), "50",
            "Percentage of failed calls to an instance that opens its circuit breaker");
    static final Setting<Integer> BREAKER_CALLS = Setting.of("tallygate.services.breaker.calls",
            SettingRule.integer(1, 10_000), "10", "How many of the last calls that is a percentage of");
    static final Setting<Duration> BREAKER_RECOVERY = Setting.of("tallygate.services.breaker.recovery",
            SettingRule.duration(Duration.ofMillis(1), Duration.ofHours(1)), "500ms",
            "How long an open circuit breaker lets no call through; doubled by each try that fails, to 10s");
    static final Setting<Integer> BREAKER_HALF_OPEN_CALLS = Setting.of("tallygate.services.breaker.half-open-calls",
            SettingRule.integer(1, 100), "1", "How many calls it then lets through to decide whether to close");

    /** Each can be set for one service alone. */
    static final List<Setting<?>> OF_ALL = List.of(POLICY, CHANNELS, KEEP_ALIVE, CONNECT_TIMEOUT, TOKEN, TLS_CA,
            TLS_SERVER_NAME, TLS_CERTIFICATE, TLS_KEY, TIMEOUT, BREAKER_FAILURES, BREAKER_CALLS, BREAKER_RECOVERY,
            BREAKER_HALF_OPEN_CALLS);

    /** For {@link Settings#load}. */
    public ServicesSettingGroup() {}

    @Override
    public Part part() {
        return Part.NETWORK;
    }

    @Override
    public String title() {
        return "Services";
    }

    @Override
    public List<Setting<?>> settings() {
        return Stream.concat(Stream.of(CommonSettings.CONSUL_ADDRESS, CommonSettings.CONSUL_TOKEN), OF_ALL.stream())
                .toList();
    }
}
