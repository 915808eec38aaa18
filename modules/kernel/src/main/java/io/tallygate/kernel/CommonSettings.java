package io.tallygate.kernel;

import java.time.Duration;

/** Settings that modules read of which none may know another; each of them offers those that it reads. */
public final class CommonSettings {

    public static final String GRPC_CERTIFICATE_NAME = "tallygate.grpc.tls.certificate";
    public static final String GRPC_KEY_NAME = "tallygate.grpc.tls.key";

    public static final Setting<String> HOST = Setting.of("tallygate.host", SettingRule.text("HOST"), "127.0.0.1",
            "Address to listen on; 127.0.0.1 is ::1, too; without tokens it must be a loopback address")
            .notInFunctions();

    public static final Setting<String> GRPC_CERTIFICATE = Setting.optional(GRPC_CERTIFICATE_NAME,
            SettingRule.text("FILE"),
            "PEM file of the certificate, with its chain, to serve gRPC over TLS with; without it there is no TLS")
            .notInFunctions();

    public static final Setting<String> GRPC_KEY = Setting.optional(GRPC_KEY_NAME, SettingRule.text("FILE"),
            "PEM file of that certificate's private key").notInFunctions();

    public static final Setting<String> CONSUL_ADDRESS = Setting.of("tallygate.consul.address",
            SettingRule.matching("https?://.+", "a URL such as http://127.0.0.1:8500", "URL"), "http://127.0.0.1:8500",
            "Consul's address").notInFunctions();

    public static final Setting<String> CONSUL_TOKEN = Setting.optional("tallygate.consul.token",
            SettingRule.matching("[!-~]{1,1024}", "up to 1024 visible characters", "TEXT"),
            "The token that Consul's access control wants; a secret").secret().notInFunctions();

    public static final Setting<Duration> SHUTDOWN_TIMEOUT = Setting.of("tallygate.shutdown.timeout",
            SettingRule.duration(Duration.ofSeconds(1), Duration.ofHours(1)), "30s",
            "How long a stop may take to answer and commit what is in flight");

    /** In any case of letters. */
    public static final Setting<String> LOG_LEVEL = Setting.of("tallygate.log-level",
            SettingRule.matching("(?i)ERROR|WARN|INFO|DEBUG|TRACE", "one of ERROR, WARN, INFO, DEBUG or TRACE",
                    "ERROR|WARN|INFO|DEBUG|TRACE"),
            "INFO", "The least important messages that are logged: ERROR, WARN, INFO, DEBUG or TRACE");

    private CommonSettings() {}
}
