package io.tallygate.grpc.connect;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.WrongSettingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Where one service is, and what holds for it in place of what holds for all. A module that calls a service extends it. */
public abstract class ServiceSettingGroup implements SettingGroup {

    private final String service;
    private final List<Setting<?>> callers;

    /**
     * Made once for each service.
     *
     * @param callers settings of all services beyond those of their channels
     */
    protected ServiceSettingGroup(String service, List<Setting<?>> callers) {
        this.service = service;
        this.callers = List.copyOf(callers);
    }

    static Setting<String> addresses(String service) {
        return Setting.optional(ServicesSettingGroup.PREFIX + service + ".addresses",
                SettingRule.matching("[^,\\s]+:\\d+(\\s*,\\s*[^,\\s]+:\\d+)*", "host:port, or several by comma",
                        "ADDRESSES"),
                "Where the " + service + " service is, without Consul");
    }

    static Setting<String> consul(String service) {
        return Setting.optional(ServicesSettingGroup.PREFIX + service + ".consul",
                SettingRule.matching("[A-Za-z0-9_.-]{1,128}", "a service's name", "NAME"),
                "The " + service + " service's name in Consul");
    }

    /** What a service has in place of a setting of all. */
    static <T> Setting<T> own(String service, Setting<T> ofAll) {
        return ofAll.forOne(ownName(service, ofAll), "What " + ofAll + " is for the " + service + " service alone");
    }

    private static String ownName(String service, Setting<?> ofAll) {
        return ServicesSettingGroup.PREFIX + service + "."
                + ofAll.name().substring(ServicesSettingGroup.PREFIX.length());
    }

    @Override
    public final Part part() {
        return Part.NETWORK;
    }

    @Override
    public final String title() {
        return "Services: " + service;
    }

    @Override
    public final List<Setting<?>> settings() {
        var settings = new ArrayList<Setting<?>>(List.of(addresses(service), consul(service)));
        settings.addAll(callers);
        ServicesSettingGroup.OF_ALL.forEach(ofAll -> settings.add(own(service, ofAll)));
        callers.forEach(ofAll -> settings.add(own(service, ofAll)));
        return settings;
    }

    @Override
    public final void check(Map<String, String> values) {
        String addresses = addresses(service).name();
        String consul = consul(service).name();
        if (!values.containsKey(addresses) && !values.containsKey(consul)) {
            values.keySet().stream().filter(name -> name.startsWith(ServicesSettingGroup.PREFIX + service + "."))
                    .findFirst().ifPresent(name -> {
                        throw new WrongSettingException(
                                addresses + " is missing: " + name + " needs it, or " + consul);
                    });
        }
        require(values, ServicesSettingGroup.TLS_CERTIFICATE, ServicesSettingGroup.TLS_KEY);
        require(values, ServicesSettingGroup.TLS_KEY, ServicesSettingGroup.TLS_CERTIFICATE);
        require(values, ServicesSettingGroup.TLS_CERTIFICATE, ServicesSettingGroup.TLS_CA);
        require(values, ServicesSettingGroup.TLS_SERVER_NAME, ServicesSettingGroup.TLS_CA);
    }

    /** Each of the two may be set for this service alone or for all. */
    private void require(Map<String, String> values, Setting<?> setting, Setting<?> needed) {
        if (values.containsKey(ownName(service, needed)) || values.containsKey(needed.name())) {
            return;
        }
        for (String name : List.of(ownName(service, setting), setting.name())) {
            if (values.containsKey(name)) {
                throw new WrongSettingException(needed + " is missing: " + name + " needs it");
            }
        }
    }
}
