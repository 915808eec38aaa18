package io.tallygate.launcher;

import io.micronaut.context.env.PropertiesPropertySourceLoader;
import io.micronaut.context.env.PropertySourceLoader;
import io.micronaut.context.env.yaml.YamlPropertySourceLoader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
    private static final Pattern TOKEN = Pattern.compile("TALLYGATE_TOKENS_([A-Z0-9_]+)_(SHA256|SCOPES)");

    private ConfigurationReader() {}

    /**
     * @param commandLine by the settings' names
     * @param file        a {@code .properties}, {@code .yml} or {@code .yaml} file
     * @throws WrongSettingException about the first thing that is wrong
     */
    static Configuration read(Program program, Map<String, String> commandLine, Map<String, String> environment,
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
        settings.putAll(fromEnvironment(program, environment));
        settings.putAll(commandLine);
        return Configuration.of(program, settings, framework);
    }

    private static Map<String, String> fromEnvironment(Program program, Map<String, String> environment) {
        Map<String, String> names = program.settings().stream()
                .collect(Collectors.toMap(Setting::environmentName, Setting::name));
        var settings = new TreeMap<String, String>();
        new TreeMap<>(environment).forEach((name, value) -> {
            if (name.startsWith(ENVIRONMENT_PREFIX) && !value.isEmpty() && !isFromKubernetes(name, value)) {
                settings.put(Optional.ofNullable(names.get(name)).or(() -> token(name))
                        .orElseThrow(() -> UnknownSettings.unknownInEnvironment(program, name)), value);
            }
        });
        return settings;
    }

    private static boolean isFromKubernetes(String name, String value) {
        return KUBERNETES_SERVICE.matcher(name).matches()
                || (name.equals("TALLYGATE_PORT") && KUBERNETES_ADDRESS.matcher(value).matches());
    }

    private static Optional<String> token(String environmentName) {
        var token = TOKEN.matcher(environmentName);
        return token.matches()
                ? Optional.of((Settings.TOKENS + token.group(1).replace('_', '-') + '.' + token.group(2))
                        .toLowerCase(Locale.ROOT))
                : Optional.empty();
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
