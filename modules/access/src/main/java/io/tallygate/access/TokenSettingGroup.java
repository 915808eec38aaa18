package io.tallygate.access;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import java.util.List;
import java.util.Map;

/** Who may call. */
public final class TokenSettingGroup implements SettingGroup {

    private static final Setting<String> SHA256 = Setting.optional(Token.SETTINGS + ".*.sha256",
            SettingRule.matching("[0-9a-fA-F]{64}", "the token's SHA-256 as 64 hexadecimal digits", "HEX"),
            "An API token, by its SHA-256").secret();
    private static final Setting<String> SCOPES = Setting.optional(Token.SETTINGS + ".*.scopes",
            SettingRule.matching("(read|write|admin|priority)(\\s*,\\s*(read|write|admin|priority))*",
                    "some of read, write, admin and priority, by comma", "SCOPES"),
            "What that token allows: read, write, admin, priority");

    /** For {@link Settings#load}. */
    public TokenSettingGroup() {}

    @Override
    public Part part() {
        return Part.PROCESS;
    }

    @Override
    public String title() {
        return "Tokens";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(SHA256, SCOPES);
    }

    @Override
    public void check(Map<String, String> values) {
        for (String name : values.keySet()) {
            if (isOfToken(name)) {
                String token = name.substring(0, name.lastIndexOf('.'));
                require(values, token + ".sha256");
                require(values, token + ".scopes");
            }
        }
    }

    private static void require(Map<String, String> values, String name) {
        if (!values.containsKey(name)) {
            throw new WrongSettingException(name + " is missing: a token needs both .sha256 and .scopes");
        }
    }

    private static boolean isOfToken(String name) {
        return name.startsWith(Token.SETTINGS + ".");
    }

    /** Whether these settings have a token in them. */
    public static boolean isThereAToken(Map<String, String> values) {
        return values.keySet().stream().anyMatch(TokenSettingGroup::isOfToken);
    }

    /**
     * Refuses that anyone could reach a server which asks nobody for a token.
     *
     * @param setting that holds the server's host
     * @throws WrongSettingException when there are no tokens and the host is not of this machine alone
     */
    public static void requireLoopbackWithoutTokens(Setting<String> setting, String host, Map<String, String> values) {
        if (!isThereAToken(values)) {
            try {
                Loopback.require(setting.name(), host);
            } catch (IllegalArgumentException e) {
                throw new WrongSettingException(String.valueOf(e.getMessage()));
            }
        }
    }
}
