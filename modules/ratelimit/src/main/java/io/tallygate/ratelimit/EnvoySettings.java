package io.tallygate.ratelimit;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingRule;

/** Where Envoys ask, beside the ports that everything else has. */
final class EnvoySettings {

    static final String PORTS_NAME = "tallygate.ratelimit.envoy.ports";

    /** Ports that serve Envoy's protocol and nothing else. */
    static final Setting<EnvoyPorts> PORTS = Setting.optional(PORTS_NAME,
            new SettingRule<>("be a port, or two with a comma between them, such as 8081,8080", EnvoyPorts::parse,
                    "GRPC[,HTTP]"),
            "Ports for Envoy's rate limit protocol alone, over gRPC and over HTTP; 0 takes any free one")
            .notInFunctions();

    /** Whether those ports ask nobody for a token. */
    static final Setting<Boolean> ANONYMOUS = Setting.of("tallygate.ratelimit.envoy.anonymous",
            SettingRule.bool(), "false",
            "Whether the ports for Envoy's rate limit protocol take calls without a token or a certificate")
            .notInFunctions();

    private EnvoySettings() {}
}
