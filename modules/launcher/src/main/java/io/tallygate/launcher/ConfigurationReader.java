package io.tallygate.launcher;

import io.micronaut.context.env.PropertiesPropertySourceLoader;
import io.micronaut.context.env.PropertySourceLoader;
import io.micronaut.context.env.yaml.YamlPropertySourceLoader;
import io.tallygate.kernel.Setting;
import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the settings from where users put them. The command line wins over the environment, which wins over the file,
 * which wins over the defaults.
 */
final class ConfigurationReader {

    private static final String ENVIRONMENT_PREFIX = "TALLYGATE_";

    /** Kubernetes puts these into every pod beside a service named tallygate: they are nobody's settings. */
    private static final Pattern KUBERNETES_SERVICE = Pattern
            .compile("TALLYGATE_(SERVICE_(HOST|PORT(_\\w+)?)|PORT_\\d+_(TCP|UDP)(_(ADDR|PORT|PROTO))?)");
    private static final Pattern KUBERNETES_ADDRESS = Pattern.compile("(tcp|udp)://.*");

    private ConfigurationReader() {}

    /**
     * @param commandLine by the settings' names
     * @param file        a {@code .properties}, {@code .yml} or {@code .yaml} file
     * @throws WrongSettingException about the first thing that is wrong
     */
    static Configuration read(Settings declared, Map<String, String> commandLine, Map<String, String> environment,
            @Nullable Path file) {
        var settings = new TreeMap<String, String>();
        var framework = new HashMap<String, Object>();
        if (file != null) {
            load(file).forEach((name, value) -> {
                if (name.startsWith(Setting.PREFIX)) {
                    settings.put(name, text(value));
                } else {
                    framework.put(name, value);
                }
            });
        }
        settings.putAll(fromEnvironment(declared, environment));
        settings.putAll(commandLine);
        return Configuration.of(declared, settings, framework);
    }

    private static Map<String, String> fromEnvironment(Settings declared, Map<String, String> environment) {
        var settings = new TreeMap<String, String>();
        new TreeMap<>(environment).forEach((name, value) -> {
            if (name.startsWith(ENVIRONMENT_PREFIX) && !value.isEmpty() && !isFromKubernetes(name, value)) {
                settings.put(declared.nameOfVariable(name)
                        .orElseThrow(() -> UnknownSettings.unknownInEnvironment(declared, name)), value);
            }
        });
        return settings;
    }

    private static boolean isFromKubernetes(String name, String value) {
        return KUBERNETES_SERVICE.matcher(name).matches()
                || (name.equals("TALLYGATE_PORT") && KUBERNETES_ADDRESS.matcher(value).matches());
    }

    private static Map<String, Object> load(Path file) {
        try (InputStream content = Files.newInputStream(file)) {
            return loader(file).read(file.toString(), content);
        } catch (IOException e) {
            throw new WrongSettingException("--config is '" + file + "', must be a file that can be read");
        } catch (WrongSettingException e) {
            throw e;
        } catch (RuntimeException e) {
            String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new WrongSettingException("--config is '" + file + "', which is not well-formed: " + first);
        }
    }

    private static PropertySourceLoader loader(Path file) {
        String name = file.toString();
        if (name.endsWith(".properties")) {
            return new PropertiesPropertySourceLoader();
        } else if (name.endsWith(".yml") || name.endsWith(".yaml")) {
            return new YamlPropertySourceLoader();
        }
        throw new WrongSettingException("--config is '" + name + "', must end in .properties, .yml or .yaml");
    }

    private static String text(Object value) {
        return value instanceof Collection<?> values
                ? values.stream().map(String::valueOf).collect(Collectors.joining(","))
                : String.valueOf(value);
    }
}
