package io.tallygate.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.architecture.Reactor.Module;
import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.Settings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A module offers the settings that it reads, and no others. One that it shares with modules that it may not know stands in
 * a module that all of them know.
 */
final class SettingsTest {

    private static final List<Module> MODULES = Reactor.modules();
    private static final Settings ALL = Offers.of(MODULES);

    static List<Module> programs() {
        return Reactor.programs();
    }

    @ParameterizedTest
    @FieldSource("MODULES")
    void module_always_readsOnlySettingsThatAreDeclaredWhereItSeesThem(Module module) {
        Set<String> declared = MODULES.stream().filter(module::mayUse)
                .flatMap(other -> Offers.declared(other, SettingReads.of(other).declaring).stream())
                .collect(Collectors.toSet());

        assertThat(SettingReads.of(module).names).allSatisfy(name -> assertThat(declared).anyMatch(isReadAs(name)));
    }

    @ParameterizedTest
    @FieldSource("MODULES")
    void module_always_asksForNoSettingByASpeltOutName(Module module) {
        assertThat(SettingReads.of(module).spelling).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("MODULES")
    void module_always_hasNoDefaultButTheDeclaredOne(Module module) {
        SettingReads.of(module).defaults.forEach((name, byDefault) -> assertThat(
                ALL.find(name).orElseThrow().defaultValue()).as(name).contains(byDefault));
    }

    @Test
    void setting_always_isReadByAModule() {
        Set<String> read = MODULES.stream().flatMap(module -> SettingReads.of(module).names.stream())
                .collect(Collectors.toSet());

        assertThat(ALL.all()).hasSizeGreaterThan(50).allSatisfy(setting -> assertThat(read)
                .anyMatch(name -> isReadAs(name).test(setting.general().orElse(setting.name()))));
    }

    /** But for a module whose own settings mean nothing there. */
    @ParameterizedTest
    @MethodSource("programs")
    void program_always_hasTheSettingsThatItsModulesRead(Module program) {
        Set<Module> parts = Reactor.parts(program);
        Settings there = Offers.of(parts);

        assertThat(parts).hasSizeGreaterThan(5);
        parts.stream().filter(part -> part.layer() != Layer.LAUNCHER && isAtWork(part, there))
                .forEach(part -> assertThat(SettingReads.of(part).names).as(part.name())
                        .filteredOn(name -> Reactor.usesIfThere(part).stream()
                                .filter(other -> !parts.contains(other))
                                .noneMatch(absent -> declares(absent, name)))
                        .filteredOn(name -> hasAStore(there) || ofStores().noneMatch(isReadAs(name)))
                        .allSatisfy(
                                name -> assertThat(there.all()).extracting(Setting::name).anyMatch(isReadAs(name))));
    }

    /** What is recorded is recorded by a store, so these mean nothing in a program that has none. */
    private static Stream<String> ofStores() {
        return MODULES.stream().flatMap(module -> Offers.groups(module).stream())
                .filter(group -> group.settings().stream().anyMatch(SettingsTest::isStore))
                .flatMap(group -> group.settings().stream()).map(Setting::name);
    }

    private static boolean hasAStore(Settings there) {
        return there.all().stream().anyMatch(SettingsTest::isStore);
    }

    private static boolean isStore(Setting<?> setting) {
        return setting.name().equals("tallygate.store");
    }

    private static boolean declares(Module module, String name) {
        return Offers.declared(module, SettingReads.of(module).declaring).stream().anyMatch(isReadAs(name));
    }

    private static boolean isAtWork(Module part, Settings there) {
        return Offers.groups(part).stream().map(SettingGroup::needs).allMatch(there.all()::containsAll);
    }

    @Test
    void settings_always_haveDistinctNamesInEverySpelling() {
        assertThat(ALL.all()).extracting(Setting::name).doesNotHaveDuplicates()
                .allMatch(name -> name.startsWith(Setting.PREFIX));
        assertThat(ALL.all()).extracting(Setting::variable).doesNotHaveDuplicates();
        var names = new LinkedHashSet<String>();
        ALL.all().forEach(setting -> {
            assertThat(names.add(setting.name())).isTrue();
            setting.formerName().ifPresent(former -> assertThat(names.add(former)).as(former).isTrue());
        });
    }

    @Test
    void defaults_always_obeyTheirRules() {
        for (Settings settings : List.of(ALL, ALL.ofFunctions())) {
            assertThat(settings.all()).filteredOn(setting -> setting.defaultValue().isPresent()).isNotEmpty()
                    .allSatisfy(setting -> assertThat(setting.byDefault()).isNotNull());
        }
        ALL.fixedInFunctions().forEach(
                (name, value) -> assertThat(ALL.find(name).orElseThrow().parse(value)).as(name).isNotNull());
    }

    /** A name that is read may be the beginning of several. */
    private static Predicate<String> isReadAs(String name) {
        return setting -> setting.equals(name) || setting.startsWith(name + ".");
    }
}
