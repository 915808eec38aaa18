package io.tallygate.architecture;

import io.tallygate.architecture.Reactor.Module;
import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.Settings;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/** The settings that every module offers, loaded from the directories that the modules were compiled to. */
final class Offers {

    private static final URLClassLoader LOADER = new URLClassLoader(
            Reactor.modules().stream().filter(module -> module.layer() != Layer.KERNEL).map(Offers::url)
                    .toArray(URL[]::new),
            Offers.class.getClassLoader());

    private static final Map<Module, List<SettingGroup>> BY_MODULE = ServiceLoader.load(SettingGroup.class, LOADER)
            .stream().map(ServiceLoader.Provider::get).collect(Collectors.groupingBy(Offers::module));

    private Offers() {}

    private static URL url(Module module) {
        try {
            return module.classes().toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Module module(SettingGroup group) {
        Path source = source(group.getClass());
        return Reactor.modules().stream()
                .filter(module -> source.startsWith(module.classes().getParent())).findFirst().orElseThrow();
    }

    private static Path source(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<SettingGroup> groups(Module module) {
        return BY_MODULE.getOrDefault(module, List.of());
    }

    static Settings of(Collection<Module> modules) {
        return Settings.of(modules.stream().flatMap(module -> groups(module).stream()).toList());
    }

    /** The names of settings that stand in a module's constants or that it offers. */
    static Set<String> declared(Module module, Collection<String> classes) {
        Set<String> names = groups(module).stream().flatMap(group -> group.settings().stream()).map(Setting::name)
                .collect(Collectors.toSet());
        classes.forEach(type -> constants(type).values().forEach(setting -> names.add(setting.name())));
        return names;
    }

    /** The setting that a constant of a class holds. */
    static Setting<?> constant(String type, String field) {
        return Objects.requireNonNull(constants(type).get(field), () -> type + "." + field);
    }

    private static Map<String, Setting<?>> constants(String type) {
        try {
            var constants = new HashMap<String, Setting<?>>();
            for (Field field : Class.forName(type, true, LOADER).getDeclaredFields()) {
                if (field.getType() == Setting.class && Modifier.isStatic(field.getModifiers())) {
                    field.setAccessible(true);
                    constants.put(field.getName(), (Setting<?>) field.get(null));
                }
            }
            return constants;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type, e);
        }
    }
}
