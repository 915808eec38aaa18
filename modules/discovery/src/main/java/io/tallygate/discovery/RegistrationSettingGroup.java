package io.tallygate.discovery;

import io.tallygate.kernel.CommonSettings;
import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import java.time.Duration;
import java.util.List;

/** How a service is made known to gateways. */
public final class RegistrationSettingGroup implements SettingGroup {

    static final Setting<Boolean> REGISTER = Setting.of(DiscoveryFactory.REGISTER, SettingRule.bool(), "false",
            "Whether this process registers itself with Consul");
    static final Setting<Duration> CHECK_INTERVAL = Setting.of("tallygate.consul.check-interval",
            SettingRule.duration(Duration.ofSeconds(1), Duration.ofHours(1)), "10s",
            "How often Consul checks this process's health");
    static final Setting<String> NAME = Setting.of("tallygate.service.name",
            SettingRule.matching("[A-Za-z0-9_.-]{1,128}", "a service's name", "NAME"), "tallygate-counter",
            "This service's name in Consul; of other services tallygate-quota and tallygate-ratelimit by default");
    static final Setting<String> ADDRESS = Setting.optional("tallygate.service.address",
            SettingRule.matching("[^\\s/,\\[\\]]{1,253}", "a name or an address", "HOST"),
            "Where gateways reach this process; tallygate.grpc.host when absent");
    static final Setting<String> TAGS = Setting.optional("tallygate.service.tags",
            SettingRule.matching("[^,\\s]{1,128}(\\s*,\\s*[^,\\s]{1,128})*", "one or more words, by comma", "TAGS"),
            "This process's tags in Consul");
    static final Setting<Integer> WEIGHT = Setting.of("tallygate.service.weight", SettingRule.integer(1, 65_535), "1",
            "This process's share of calls where gateways balance by weight");

    /** For {@link Settings#load}. */
    public RegistrationSettingGroup() {}

    @Override
    public Part part() {
        return Part.NETWORK;
    }

    @Override
    public String title() {
        return "Registration with Consul";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(REGISTER, CommonSettings.CONSUL_ADDRESS, CommonSettings.CONSUL_TOKEN, CHECK_INTERVAL, NAME,
                ADDRESS, TAGS, WEIGHT);
    }
}
