package io.tallygate.discovery;

import io.tallygate.kernel.CommonSettings;
import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingValues;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What this process tells Consul about itself.
 *
 * @param consul        the local agent, such as {@code http://127.0.0.1:8500}
 * @param token         sent with every question to it
 * @param name          the service's name
 * @param address       where callers reach this process: a name or an address, without brackets
 * @param tags          may be empty
 * @param weight        its share of calls where callers balance by weight
 * @param checkInterval how often Consul asks whether this process serves
 */
record RegistrationSettings(URI consul, Optional<String> token, String name, String address, List<String> tags,
        int weight, Duration checkInterval) {

    private static final List<String> WILDCARDS = List.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

    /** @throws IllegalArgumentException naming the setting that cannot be used, though it obeys its rule */
    RegistrationSettings {
        tags = List.copyOf(tags);
        require(consul.getHost() != null && List.of("", "/").contains(consul.getPath()), CommonSettings.CONSUL_ADDRESS,
                consul, "a URL such as http://127.0.0.1:8500, without a path");
        require(!WILDCARDS.contains(address), RegistrationSettingGroup.ADDRESS, address,
                "a name or an address that callers can reach");
    }

    /**
     * Those of {@code tallygate.consul} and {@code tallygate.service}.
     *
     * @param host where this process listens
     * @throws IllegalArgumentException naming the setting that is wrong
     */
    static RegistrationSettings of(SettingValues values, String host) {
        return new RegistrationSettings(uri(CommonSettings.CONSUL_ADDRESS.in(values)),
                CommonSettings.CONSUL_TOKEN.find(values), RegistrationSettingGroup.NAME.in(values),
                RegistrationSettingGroup.ADDRESS.find(values).orElse(host),
                RegistrationSettingGroup.TAGS.find(values).map(RegistrationSettings::words).orElse(List.of()),
                RegistrationSettingGroup.WEIGHT.in(values), RegistrationSettingGroup.CHECK_INTERVAL.in(values));
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(CommonSettings.CONSUL_ADDRESS + " is '" + text
                    + "', must be a URL such as http://127.0.0.1:8500", e);
        }
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }

    /** Without the token, which belongs into no log. */
    @Override
    public String toString() {
        return "RegistrationSettings[" + consul + ", token=" + (token.isPresent() ? "***" : "none") + ", " + name + ", "
                + address + ", tags=" + tags + ", weight=" + weight + ", checkInterval=" + checkInterval + "]";
    }

    private static void require(boolean holds, Setting<?> setting, Object value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(setting + " is '" + value + "', must be " + rule);
        }
    }
}
