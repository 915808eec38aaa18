package io.tallygate.grpc;

import io.tallygate.access.TokenSettingGroup;
import io.tallygate.access.TrustedProxies;
import io.tallygate.kernel.CommonSettings;
import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where and how gRPC is served. */
public final class GrpcSettingGroup implements SettingGroup {

    static final Setting<String> HOST = Setting.optional("tallygate.grpc.host", SettingRule.text("HOST"),
            "Address to listen on for gRPC; tallygate.host when absent");
    static final Setting<Integer> PORT = Setting.of("tallygate.grpc.port", SettingRule.integer(0, 65_535), "9090",
            "Port to listen on for gRPC; 0 takes any free one");
    static final Setting<Duration> CONNECTION_AGE_MAX = Setting.of("tallygate.grpc.connection-age-max",
            SettingRule.duration(Duration.ZERO, Duration.ofHours(1)), "0s",
            "After how long a gRPC client is asked to connect anew, which spreads load; 0s is never");
    static final String OPERATIONS_PORT_NAME = "tallygate.grpc.operations-port";
    static final Setting<Integer> OPERATIONS_PORT = Setting.optional(OPERATIONS_PORT_NAME,
            SettingRule.integer(0, 65_535),
            "Port for /health and, in a program that has metrics, /metrics over HTTP; 0 takes any free one");
    private static final Setting<String> CLIENT_CA = Setting.optional(ServerTls.CLIENT_CA, SettingRule.text("FILE"),
            "PEM file of the authorities one of which must have signed a gRPC client's certificate (mutual TLS)");

    /** For {@link Settings#load}. */
    public GrpcSettingGroup() {}

    @Override
    public Part part() {
        return Part.NETWORK;
    }

    @Override
    public String title() {
        return "gRPC";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(CommonSettings.HOST, HOST, PORT, OPERATIONS_PORT, CONNECTION_AGE_MAX,
                CommonSettings.GRPC_CERTIFICATE, CommonSettings.GRPC_KEY, CLIENT_CA, TrustedProxies.SETTING);
    }

    @Override
    public void check(Map<String, String> values) {
        requireFor(CommonSettings.GRPC_CERTIFICATE, CommonSettings.GRPC_KEY, values);
        requireFor(CommonSettings.GRPC_KEY, CommonSettings.GRPC_CERTIFICATE, values);
        requireFor(CLIENT_CA, CommonSettings.GRPC_CERTIFICATE, values);
        if (!values.containsKey(CLIENT_CA.name())) {
            Setting<String> host = values.containsKey(HOST.name()) ? HOST : CommonSettings.HOST;
            TokenSettingGroup.requireLoopbackWithoutTokens(host, host.in(name -> Optional.ofNullable(values.get(name))),
                    values);
        }
    }

    private static void requireFor(Setting<?> setting, Setting<?> needed, Map<String, String> values) {
        if (values.containsKey(setting.name()) && !values.containsKey(needed.name())) {
            throw new WrongSettingException(needed + " is missing: " + setting + " needs it");
        }
    }
}
