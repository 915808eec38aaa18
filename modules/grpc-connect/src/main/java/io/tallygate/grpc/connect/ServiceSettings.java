package io.tallygate.grpc.connect;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingValues;
import io.tallygate.kernel.WrongSettingException;
import java.util.Optional;

/**
 * One service's settings. A setting is {@code tallygate.services.<service>.<name>}, or where that is absent
 * {@code tallygate.services.<name>}, which is meant for all services. Thread-safe.
 */
public final class ServiceSettings {

    private final String service;
    private final SettingValues values;

    ServiceSettings(String service, SettingValues values) {
        this.service = service;
        this.values = values;
    }

    /**
     * This service's value of a setting of all.
     *
     * @throws WrongSettingException naming the setting whose text breaks its rule
     */
    public <T> T get(Setting<T> ofAll) {
        return find(ofAll).orElseGet(ofAll::byDefault);
    }

    <T> Optional<T> find(Setting<T> ofAll) {
        return ServiceSettingGroup.own(service, ofAll).find(values).or(() -> ofAll.find(values));
    }

    /** The full name of the setting that {@link #find} reads. */
    String name(Setting<?> ofAll) {
        String own = ServiceSettingGroup.own(service, ofAll).name();
        return values.find(own).isPresent() ? own : ofAll.name();
    }

    /** Where its instances are, as {@code host:port} by comma. */
    Setting<String> addresses() {
        return ServiceSettingGroup.addresses(service);
    }

    /** Its name in Consul. */
    Setting<String> consul() {
        return ServiceSettingGroup.consul(service);
    }

    SettingValues values() {
        return values;
    }
}
