package io.tallygate.http;

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

/** Where and how HTTP is served. */
public final class HttpSettingGroup implements SettingGroup {

    /** As browsers send it: in lower case, without a path. */
    private static final String ORIGIN = "[a-z][a-z0-9+.-]*://[^/\\s,*A-Z]+";
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofHours(1);

    static final Setting<Integer> PORT = Setting.of("tallygate.port", SettingRule.integer(0, 65_535), "8080",
            "Port to listen on; 0 takes any free one").notInFunctions();
    static final Setting<Duration> REQUEST_TIMEOUT = Setting.of("tallygate.http.request-timeout",
            SettingRule.duration(SHORTEST, LONGEST), "20s",
            "Within which a request must be here, from its first byte to its last; later it is answered 408")
            .notInFunctions();
    static final Setting<Duration> IDLE_TIMEOUT = Setting.of("tallygate.http.idle-timeout",
            SettingRule.duration(SHORTEST, LONGEST), "75s",
            "How long a connection may be open without a request, or take nothing of an answer").notInFunctions();
    static final Setting<Integer> CONNECTIONS_MAX = Setting.of("tallygate.http.connections-max",
            SettingRule.integer(1, 1_000_000), "10000",
            "Connections that may be open at once; one more is answered 503 and closed").notInFunctions();
    static final Setting<ConcurrencyMax> CONCURRENCY_MAX = Setting.optional("tallygate.http.concurrency-max",
            new SettingRule<>("be two numbers from 1 to 9999999, such as 2000,1000", ConcurrencyMax::parse,
                    "READS,WRITES"),
            "Requests that may be handled at once: those that only read, and all others; one more is answered 503. Of these,"
                    + " requests of normal priority may use 90 %, of low 50 %, of high all")
            .notInFunctions();
    static final Setting<Integer> ACCEPT_BACKLOG = Setting.of("tallygate.http.accept-backlog",
            SettingRule.integer(1, 65_535), "1024",
            "Connections that may wait to be accepted; the system may allow fewer")
            .notInFunctions();
    static final Setting<Integer> EVENT_LOOPS = Setting.of("tallygate.http.event-loops",
            SettingRule.integer(0, 1_024), "0",
            "Event loops that read, check and answer requests; 0 is one for each processor, and a gateway has one fewer unless "
                    + "told otherwise")
            .notInFunctions();
    private static final Setting<String> CERTIFICATE = Setting.optional(HttpCertificate.CERTIFICATE,
            SettingRule.text("FILE"),
            "PEM file of the certificate, with its chain, to serve HTTP over TLS with; without it there is no TLS")
            .notInFunctions();
    private static final Setting<String> KEY = Setting.optional(HttpCertificate.KEY, SettingRule.text("FILE"),
            "PEM file of that certificate's private key").notInFunctions();
    static final Setting<String> ORIGINS = Setting.optional(CorsOrigins.SETTING,
            SettingRule.matching("\\*|" + ORIGIN + "(\\s*,\\s*" + ORIGIN + ")*",
                    "* or origins such as https://example.com, by comma, without a path", "ORIGINS"),
            "Origins whose pages may call (CORS), by comma; * is every one, none by default");

    /** For {@link Settings#load}. */
    public HttpSettingGroup() {}

    @Override
    public Part part() {
        return Part.NETWORK;
    }

    @Override
    public String title() {
        return "HTTP";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(CommonSettings.HOST, PORT, REQUEST_TIMEOUT, IDLE_TIMEOUT, CONNECTIONS_MAX, CONCURRENCY_MAX,
                ACCEPT_BACKLOG, EVENT_LOOPS, CERTIFICATE, KEY,
                ORIGINS, TrustedProxies.SETTING);
    }

    @Override
    public void check(Map<String, String> values) {
        requireFor(CERTIFICATE, KEY, values);
        requireFor(KEY, CERTIFICATE, values);
        String host = values.get(CommonSettings.HOST.name());
        if (host != null) {
            TokenSettingGroup.requireLoopbackWithoutTokens(CommonSettings.HOST, host, values);
        }
    }

    private static void requireFor(Setting<?> setting, Setting<?> needed, Map<String, String> values) {
        if (values.containsKey(setting.name()) && !values.containsKey(needed.name())) {
            throw new WrongSettingException(needed + " is missing: " + setting + " needs it");
        }
    }
}
