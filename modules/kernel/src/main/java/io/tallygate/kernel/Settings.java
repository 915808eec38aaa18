package io.tallygate.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The settings that a process has: what the modules on its class path offer. Immutable.
 *
 * <p>Implementation: without streams, because functions make one in each cold start, and every lambda costs them most of a
 * millisecond.
 */
public final class Settings {

    private static final Comparator<SettingGroup> ORDER = Comparator.comparing(SettingGroup::part)
            .thenComparing(SettingGroup::title).thenComparing(group -> group.getClass().getName());

    private final List<SettingGroup> groups;
    private final SequencedMap<String, List<Setting<?>>> sections;
    private final List<Setting<?>> all;
    private final List<Setting<?>> families = new ArrayList<>();
    private final Map<String, Setting<?>> byName = new HashMap<>();
    private final Map<String, Setting<?>> byFormerName = new TreeMap<>();
    private final Map<String, String> nameByVariable = new HashMap<>();

    private Settings(List<SettingGroup> groups, SequencedMap<String, List<Setting<?>>> sections) {
        this.groups = groups;
        this.sections = sections;
        var once = new LinkedHashSet<Setting<?>>();
        sections.values().forEach(once::addAll);
        this.all = List.copyOf(once);
        for (Setting<?> setting : all) {
            add(setting);
        }
    }

    private void add(Setting<?> setting) {
        if (byName.put(setting.name(), setting) != null) {
            throw new IllegalStateException("two modules declare " + setting);
        }
        if (setting.isFamily()) {
            families.add(setting);
        }
        nameByVariable.put(setting.variable(), setting.name());
        String former = setting.formerName().orElse(null);
        if (former != null) {
            byFormerName.put(former, setting);
            nameByVariable.put(Setting.variable(former), former);
        }
    }

    /** Those of all groups on the class path. */
    public static Settings load() {
        var groups = new ArrayList<SettingGroup>();
        ServiceLoader.load(SettingGroup.class, SettingGroup.class.getClassLoader()).forEach(groups::add);
        return of(groups);
    }

    /**
     * Those of some groups, as far as these have what they need.
     *
     * @throws IllegalStateException when two declare settings of one name
     */
    public static Settings of(Collection<SettingGroup> groups) {
        var offered = new LinkedHashSet<Setting<?>>();
        for (SettingGroup group : groups) {
            if (group.needs().isEmpty()) {
                offered.addAll(group.settings());
            }
        }
        var there = new ArrayList<SettingGroup>(groups);
        there.removeIf(group -> !offered.containsAll(group.needs()));
        there.sort(ORDER);
        var sections = new LinkedHashMap<String, Set<Setting<?>>>();
        for (SettingGroup group : there) {
            sections.computeIfAbsent(group.title(), _ -> new LinkedHashSet<>()).addAll(group.settings());
        }
        return new Settings(there, copied(sections));
    }

    private static SequencedMap<String, List<Setting<?>>> copied(
            Map<String, Set<Setting<?>>> sections) {
        var copied = new LinkedHashMap<String, List<Setting<?>>>();
        for (var section : sections.entrySet()) {
            copied.put(section.getKey(), List.copyOf(section.getValue()));
        }
        return copied;
    }

    /**
     * The same, where some have other defaults.
     *
     * @param defaults by the settings' names
     * @throws IllegalArgumentException when there is no setting of such a name
     */
    public Settings withDefaults(Map<String, String> defaults) {
        if (defaults.isEmpty()) {
            return this;
        }
        var changed = new HashMap<Setting<?>, Setting<?>>();
        for (var one : defaults.entrySet()) {
            Setting<?> setting = byName.get(one.getKey());
            if (setting == null) {
                throw new IllegalArgumentException(one.getKey() + " is not a setting");
            }
            changed.put(setting, setting.withDefault(one.getValue()));
        }
        var there = new LinkedHashMap<String, Set<Setting<?>>>();
        for (var section : sections.entrySet()) {
            for (Setting<?> setting : section.getValue()) {
                there.computeIfAbsent(section.getKey(), _ -> new LinkedHashSet<>())
                        .add(changed.getOrDefault(setting, setting));
            }
        }
        return new Settings(groups, copied(there));
    }

    /** What functions have: of these settings those that can be set there, with their defaults there. */
    public Settings ofFunctions() {
        var same = new HashMap<Setting<?>, Setting<?>>();
        var there = new LinkedHashMap<String, Set<Setting<?>>>();
        for (var section : sections.entrySet()) {
            for (Setting<?> setting : section.getValue()) {
                if (setting.isSettableInFunctions()) {
                    there.computeIfAbsent(section.getKey(), _ -> new LinkedHashSet<>())
                            .add(same.computeIfAbsent(setting, Setting::inFunctions));
                }
            }
        }
        return new Settings(groups, copied(there));
    }

    /** Of these settings those that functions have and that cannot be set there, by name. */
    public Map<String, String> fixedInFunctions() {
        var fixed = new TreeMap<String, String>();
        for (Setting<?> setting : all) {
            String value = setting.fixedValueInFunctions();
            if (value != null) {
                fixed.put(setting.name(), value);
            }
        }
        return fixed;
    }

    /** Every one, in the order in which they are shown. */
    public List<Setting<?>> all() {
        return all;
    }

    /** By the headings that they are shown under. */
    public SequencedMap<String, List<Setting<?>>> sections() {
        return sections;
    }

    /** The setting of this name, also one whose name a user chose. */
    public Optional<Setting<?>> find(String name) {
        Setting<?> setting = name.contains(Setting.CHOSEN) ? null : byName.get(name);
        for (int i = 0; setting == null && i < families.size(); i++) {
            setting = families.get(i).member(name);
        }
        return Optional.ofNullable(setting);
    }

    /** The name, also a former one, of the setting that an environment variable sets. */
    public Optional<String> nameOfVariable(String variable) {
        String name = nameByVariable.get(variable);
        for (int i = 0; name == null && i < families.size(); i++) {
            name = families.get(i).nameOfMember(variable);
        }
        return Optional.ofNullable(name);
    }

    /** Whether it is the name that a setting had in an earlier version. */
    public boolean isFormerName(String name) {
        return byFormerName.containsKey(name);
    }

    /**
     * Checks what is set, and adds the defaults of what is not.
     *
     * @param given    by name, or by former name
     * @param warnings gets a line for each former name
     * @return by name
     * @throws WrongSettingException about the first thing that is wrong
     */
    public Map<String, String> complete(Map<String, String> given, Consumer<String> warnings) {
        var values = new TreeMap<String, String>();
        for (Setting<?> setting : all) {
            String byDefault = setting.isFamily() ? null : setting.defaultValue().orElse(null);
            if (byDefault != null) {
                values.put(setting.name(), byDefault);
            }
        }
        for (var one : renamed(given, warnings).entrySet()) {
            check(one.getKey(), one.getValue());
            values.put(one.getKey(), one.getValue());
        }
        for (SettingGroup group : groups) {
            group.check(values);
        }
        return values;
    }

    private Map<String, String> renamed(Map<String, String> given, Consumer<String> warnings) {
        var renamed = new TreeMap<>(given);
        for (var formerly : byFormerName.entrySet()) {
            String former = formerly.getKey();
            Setting<?> setting = formerly.getValue();
            String value = renamed.remove(former);
            if (value != null) {
                String other = renamed.putIfAbsent(setting.name(), value);
                if (other != null && !other.equals(value)) {
                    throw new WrongSettingException(setting + " is '" + setting.shown(other) + "', and " + former
                            + ", its former name, is '" + setting.shown(value) + "': set the first one alone");
                }
                warnings.accept(former + " is the former name of " + setting + ", which should be set in its place");
            }
        }
        return renamed;
    }

    private void check(String name, String value) {
        Setting<?> setting = find(name).orElse(null);
        if (setting == null) {
            throw new WrongSettingException(name + " is not a setting");
        }
        if (value.contains("${")) {
            throw new WrongSettingException(name + " must not contain ${");
        }
        var _ = setting.parse(value);
    }
}
