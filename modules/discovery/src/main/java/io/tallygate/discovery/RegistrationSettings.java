package io.tallygate.discovery;

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

    static final String CONSUL = "tallygate.consul.address";
    static final String TOKEN = "tallygate.consul.token";
    static final String NAME = "tallygate.service.name";
    static final String ADDRESS = "tallygate.service.address";
    static final String TAGS = "tallygate.service.tags";
    static final String WEIGHT = "tallygate.service.weight";
    static final String CHECK_INTERVAL = "tallygate.consul.check-interval";

    private static final List<String> WILDCARDS = List.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");
    private static final int WEIGHT_MAX = 65_535;
    /** Consul's own. */
    private static final Duration CHECK_INTERVAL_MIN = Duration.ofSeconds(1);
    private static final Duration CHECK_INTERVAL_MAX = Duration.ofHours(1);

    /** @throws IllegalArgumentException naming the setting that breaks its rule */
    RegistrationSettings {
        tags = List.copyOf(tags);
        require(consul.getHost() != null && List.of("http", "https").contains(consul.getScheme())
                && List.of("", "/").contains(consul.getPath()), CONSUL, consul,
                "a URL such as http://127.0.0.1:8500, without a path");
        // The value itself belongs into no message.
        require(token.isEmpty() || token.get().matches("[!-~]{1,1024}"), TOKEN, "…", "up to 1024 visible characters");
        require(name.matches("[A-Za-z0-9_.-]{1,128}"), NAME, name, "1 to 128 letters, digits, or any of _ . -");
        require(address.matches("[^\\s/,\\[\\]]{1,253}") && !WILDCARDS.contains(address), ADDRESS, address,
                "a name or an address that callers can reach");
        require(tags.stream().allMatch(tag -> tag.matches("[^,\\s]{1,128}")), TAGS, String.join(",", tags),
                "words of up to 128 characters, by comma");
        require(weight >= 1 && weight <= WEIGHT_MAX, WEIGHT, weight, "1 to " + WEIGHT_MAX);
        require(checkInterval.compareTo(CHECK_INTERVAL_MIN) >= 0 && checkInterval.compareTo(CHECK_INTERVAL_MAX) <= 0,
                CHECK_INTERVAL, checkInterval, "1s to 1h");
    }

    /** Without the token, which belongs into no log. */
    @Override
    public String toString() {
        return "RegistrationSettings[" + consul + ", token=" + (token.isPresent() ? "***" : "none") + ", " + name + ", "
                + address + ", tags=" + tags + ", weight=" + weight + ", checkInterval=" + checkInterval + "]";
    }

    /** The words between commas; none of an empty text. */
    static List<String> words(String text) {
        return text.isEmpty() ? List.of() : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }

    private static void require(boolean holds, String setting, Object value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(setting + " is '" + value + "', must be " + rule);
        }
    }
}
