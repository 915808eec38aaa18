package io.tallygate.launcher;

import io.micronaut.context.env.PropertySource;
import io.micronaut.core.order.Ordered;
import io.tallygate.access.Loopback;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings of one run: complete, checked, and not from the framework. Immutable.
 *
 * @param program   whose settings they are
 * @param settings  Tallygate's, defaults included
 * @param framework what the configuration file holds beyond those, for the framework
 */
record Configuration(Program program, Map<String, String> settings, Map<String, Object> framework) {

    /** Above everything that the framework finds by itself, so that what was checked is what is used. */
    private static final int CHECKED_ORDER = Ordered.LOWEST_PRECEDENCE;
    private static final int FRAMEWORK_ORDER = -250;

    Configuration {
        settings = Map.copyOf(settings);
        framework = Map.copyOf(framework);
    }

    /**
     * Completes what the user gave and checks it.
     *
     * @throws WrongSettingException about the first thing that is wrong
     */
    static Configuration of(Program program, Map<String, String> given, Map<String, Object> framework) {
        var settings = new TreeMap<String, String>();
        for (Setting setting : program.settings()) {
            if (!setting.isFamily() && !setting.defaultValue().isEmpty()) {
                settings.put(setting.name(), setting.defaultValue());
            }
        }
        given.forEach((name, value) -> {
            program.find(name).orElseThrow(() -> UnknownSettings.unknown(program, name)).check(value);
            settings.put(name, value);
        });
        var configuration = new Configuration(program, settings, framework);
        configuration.checkTogether();
        return configuration;
    }

    boolean has(String name) {
        return program.has(name);
    }

    String get(String name) {
        String value = settings.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " has neither a value nor a default");
        }
        return value;
    }

    Duration duration(String name) {
        return Rule.parseDuration(get(name)).orElseThrow();
    }

    Path dataDirectory() {
        return Path.of(get(Settings.DATA_DIR)).toAbsolutePath().normalize();
    }

    boolean hasTokens() {
        return settings.keySet().stream().anyMatch(name -> name.startsWith(Settings.TOKENS));
    }

    PropertySource[] propertySources() {
        var checked = new TreeMap<String, Object>(settings);
        // Both groups or neither: the server does not start on a mixture.
        checked.put("micronaut.netty.event-loops.default.transport", transports());
        checked.put("micronaut.netty.event-loops.parent.transport", transports());
        return new PropertySource[]{PropertySource.of("tallygate", checked, CHECKED_ORDER),
                PropertySource.of("file", framework, FRAMEWORK_ORDER)};
    }

    private List<String> transports() {
        String transport = get(Settings.TRANSPORT);
        return transport.equals("auto") ? List.of("epoll", "nio") : List.of(transport);
    }

    private void checkTogether() {
        if (has(Settings.STORE) && get(Settings.STORE).equals("postgresql")
                && !settings.containsKey(Settings.POSTGRESQL_URL)) {
            throw new WrongSettingException(Settings.POSTGRESQL_URL + " is missing: " + Settings.STORE
                    + " is postgresql, which needs a JDBC URL such as jdbc:postgresql://localhost:5432/tallygate");
        }
        for (String name : settings.keySet()) {
            if (name.startsWith(Settings.TOKENS)) {
                String token = name.substring(0, name.lastIndexOf('.'));
                requireForToken(token + ".sha256");
                requireForToken(token + ".scopes");
            }
        }
        requireTogether(Settings.HTTP_CERTIFICATE, Settings.HTTP_KEY);
        requireTogether(Settings.GRPC_CERTIFICATE, Settings.GRPC_KEY);
        requireFor(Settings.GRPC_CLIENT_CA, Settings.GRPC_CERTIFICATE);
        Settings.SERVICE_NAMES.forEach(this::checkService);
        if (settings.containsKey(Settings.HOST)) {
            requireLoopbackWithoutTokens(Settings.HOST);
        }
        if (settings.containsKey(Settings.GRPC_HOST) && !settings.containsKey(Settings.GRPC_CLIENT_CA)) {
            requireLoopbackWithoutTokens(Settings.GRPC_HOST);
        }
    }

    private void checkService(String service) {
        String own = Settings.SERVICES_PREFIX + service + ".";
        String addresses = own + "addresses";
        String consul = own + "consul";
        if (!settings.containsKey(addresses) && !settings.containsKey(consul)) {
            settings.keySet().stream().filter(name -> name.startsWith(own)).findFirst().ifPresent(name -> {
                throw new WrongSettingException(addresses + " is missing: " + name + " needs it, or " + consul);
            });
        }
        requireForService(service, Settings.SERVICES_CERTIFICATE, Settings.SERVICES_KEY);
        requireForService(service, Settings.SERVICES_KEY, Settings.SERVICES_CERTIFICATE);
        requireForService(service, Settings.SERVICES_CERTIFICATE, Settings.SERVICES_CA);
        requireForService(service, Settings.SERVICES_SERVER_NAME, Settings.SERVICES_CA);
    }

    /** Each of the two may be set for this service alone or for all. */
    private void requireForService(String service, String name, String needed) {
        String own = Settings.SERVICES_PREFIX + service + ".";
        if (!settings.containsKey(own + needed)) {
            requireFor(own + name, Settings.SERVICES_PREFIX + needed);
            requireFor(Settings.SERVICES_PREFIX + name, Settings.SERVICES_PREFIX + needed);
        }
    }

    private void requireLoopbackWithoutTokens(String name) {
        if (!hasTokens()) {
            try {
                Loopback.require(name, get(name));
            } catch (IllegalArgumentException e) {
                throw new WrongSettingException(String.valueOf(e.getMessage()));
            }
        }
    }

    private void requireTogether(String certificate, String key) {
        requireFor(certificate, key);
        requireFor(key, certificate);
    }

    private void requireFor(String name, String needed) {
        if (settings.containsKey(name) && !settings.containsKey(needed)) {
            throw new WrongSettingException(needed + " is missing: " + name + " needs it");
        }
    }

    private void requireForToken(String name) {
        if (!settings.containsKey(name)) {
            throw new WrongSettingException(name + " is missing: a token needs both .sha256 and .scopes");
        }
    }
}
