package io.tallygate.launcher;

import io.micronaut.context.env.PropertySource;
import io.micronaut.core.order.Ordered;
import io.tallygate.access.TokenSettingGroup;
import io.tallygate.kernel.Setting;
import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import io.tallygate.ledger.StoreSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The settings of one run: complete, checked, and not from the framework. Immutable.
 *
 * @param declared  the settings that there are
 * @param values    Tallygate's, defaults included
 * @param warnings  what should be set in another way, a line each
 * @param framework what the configuration file holds beyond those, for the framework
 */
record Configuration(Settings declared, Map<String, String> values, List<String> warnings,
        Map<String, Object> framework) {

    /** Above everything that the framework finds by itself, so that what was checked is what is used. */
    private static final int CHECKED_ORDER = Ordered.LOWEST_PRECEDENCE;
    private static final int FRAMEWORK_ORDER = -250;

    Configuration {
        values = Map.copyOf(values);
        warnings = List.copyOf(warnings);
        framework = Map.copyOf(framework);
    }

    /**
     * Completes what the user gave and checks it.
     *
     * @throws WrongSettingException about the first thing that is wrong
     */
    static Configuration of(Settings declared, Map<String, String> given, Map<String, Object> framework) {
        for (String name : new TreeMap<>(given).keySet()) {
            if (declared.find(name).isEmpty() && !declared.isFormerName(name)) {
                throw UnknownSettings.unknown(declared, name);
            }
        }
        var warnings = new ArrayList<String>();
        return new Configuration(declared, declared.complete(given, warnings::add), warnings, framework);
    }

    boolean has(String name) {
        return declared.find(name).isPresent();
    }

    boolean isSet(String name) {
        return values.containsKey(name);
    }

    /** The value of a setting that has one; a family has none. */
    <T> T get(Setting<T> setting) {
        return setting.in(name -> Optional.ofNullable(values.get(name)));
    }

    /** A setting's value as it was written. */
    String get(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " has neither a value nor a default");
        }
        return value;
    }

    Path dataDirectory() {
        return Path.of(get(StoreSettings.DATA_DIR)).toAbsolutePath().normalize();
    }

    boolean hasTokens() {
        return TokenSettingGroup.isThereAToken(values);
    }

    PropertySource[] propertySources() {
        var checked = new TreeMap<String, Object>(values);
        // Both groups or neither: the server does not start on a mixture.
        checked.put("micronaut.netty.event-loops.default.transport", transports());
        checked.put("micronaut.netty.event-loops.parent.transport", transports());
        return new PropertySource[]{PropertySource.of("tallygate", checked, CHECKED_ORDER),
                PropertySource.of("file", framework, FRAMEWORK_ORDER)};
    }

    private List<String> transports() {
        String transport = get(TransportSettingGroup.TRANSPORT);
        return transport.equals("auto") ? List.of("epoll", "nio") : List.of(transport);
    }
}
