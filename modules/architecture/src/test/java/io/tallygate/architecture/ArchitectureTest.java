package io.tallygate.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.tallygate.architecture.Reactor.Module;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The dependency rule: domains depend on the kernel and the ledger alone, adapters on those and on domains, and on no
 * other adapter but the base that their {@code pom.xml} names, storage on the ledger and no domain but the port that
 * its {@code pom.xml} names, applications only compose. A rule that selects no class fails, so that none is silently
 * off.
 */
final class ArchitectureTest {

    private static final String[] PLAIN_JAVA = {"java..", "org.jspecify.annotations.."};
    private static final String[] DOMAIN_LIBRARIES = {"com.github.benmanes.caffeine..",
            "io.github.resilience4j..", "org.apache.datasketches..", "org.slf4j..", "org.yaml.snakeyaml.."};
    /** Annotations that wire, and no other type of a framework. */
    private static final String[] WIRING = {"jakarta.inject..", "jakarta.annotation..",
            "io.micronaut.context.annotation..", "io.micronaut.core.bind.annotation..",
            "io.micronaut.core.annotation..",
            // What the annotation @EachProperty has as the default of a member.
            "io.micronaut.core.value..",
            // What the annotation @Requires has as the default of a member.
            "io.micronaut.context.condition.."};
    private static final String[] DATABASES = {"java.sql..", "javax.sql..", "io.lettuce.."};

    private static final List<Module> MODULES = Reactor.modules();
    private static final JavaClasses TALLYGATE = new ClassFileImporter()
            .importPaths(MODULES.stream().map(Module::classes).toList())
            .that(not(describe("generated", Reactor::isGenerated)));

    /**
     * A module by which the domains are reached: what all share, and a package below it for each domain.
     *
     * @param base a domain that the shared part stands on; empty where it knows none
     */
    record Door(String module, String shared, Set<String> base) {

        List<Module> modules() {
            return MODULES.stream().filter(other -> other.name().equals(module)).toList();
        }

        @Override
        public String toString() {
            return module;
        }
    }

    /** Domains that stand before those that are offered, and offer nothing themselves. */
    private static final Set<String> BEFORE_EVERY_DOMAIN = Set.of("modules/access", "modules/tls");
    static final List<Door> DOORS = List.of(
            new Door("modules/http-api", "io.tallygate.http", Set.of()),
            new Door("modules/grpc-api", "io.tallygate.grpc", Set.of()),
            new Door("modules/event-handlers", "io.tallygate.handlers", Set.of("modules/event")));

    static Stream<Module> domains() {
        return MODULES.stream()
                .filter(module -> module.layer() == Layer.DOMAIN || module.layer() == Layer.LEDGER);
    }

    @Test
    void reactor_everyModuleWithCode_saysItsLayer() {
        assertThat(Reactor.unnamed()).isEmpty();
        assertThat(MODULES).extracting(Module::layer).contains(Layer.values());
    }

    @ParameterizedTest
    @FieldSource("MODULES")
    void module_always_usesOnlyModulesThatItMayKnow(Module module) {
        DescribedPredicate<JavaClass> forbidden = in(
                MODULES.stream().filter(other -> !module.mayUse(other)).toList());
        check(noClasses().that(in(List.of(module))).should().dependOnClassesThat(forbidden));
    }

    @Test
    void kernel_always_isPlainJava() {
        List<Module> kernel = MODULES.stream().filter(module -> module.layer() == Layer.KERNEL).toList();
        check(classes().that(in(kernel)).should()
                .onlyDependOnClassesThat(resideInAnyPackage(PLAIN_JAVA).or(in(kernel))));
    }

    @ParameterizedTest
    @MethodSource("domains")
    void domain_always_isPlainJavaWithFewLibraries(Module domain) {
        check(classes().that(in(List.of(domain))).should()
                .onlyDependOnClassesThat(in(MODULES).or(resideInAnyPackage(PLAIN_JAVA))
                        .or(resideInAnyPackage(DOMAIN_LIBRARIES)).or(resideInAnyPackage(WIRING))));
        check(noClasses().that(in(List.of(domain))).should().dependOnClassesThat().resideInAnyPackage(DATABASES));
    }

    @Test
    void outsideOfStorage_always_knowsNoDatabase() {
        check(noClasses().that(in(MODULES.stream().filter(module -> !module.name().contains("storage-")).toList()))
                .should().dependOnClassesThat().resideInAnyPackage(DATABASES));
    }

    static Stream<Module> storages() {
        return MODULES.stream().filter(module -> module.name().contains("storage-"));
    }

    @ParameterizedTest
    @MethodSource("storages")
    void storage_always_knowsNoDomainButTheOneWhosePortItNames(Module storage) {
        check(noClasses().that(in(List.of(storage))).should().dependOnClassesThat(
                in(MODULES.stream().filter(module -> module.layer() == Layer.DOMAIN).toList())
                        .and(not(describe("in " + storage.ports(),
                                type -> storage.ports().contains(type.getPackageName()))))));
    }

    @ParameterizedTest
    @FieldSource("DOORS")
    void door_whatAllDomainsShare_knowsNoDomain(Door door) {
        List<Module> offered = MODULES.stream()
                .filter(module -> module.layer() == Layer.DOMAIN && !BEFORE_EVERY_DOMAIN.contains(module.name())
                        && !door.base.contains(module.name()))
                .toList();
        check(noClasses().that(in(door.modules())).and().resideInAPackage(door.shared())
                .should().dependOnClassesThat(in(offered))
                .orShould().dependOnClassesThat().resideInAPackage(door.shared() + ".*.."));
    }

    @ParameterizedTest
    @FieldSource("DOORS")
    void door_packagesOfDomains_doNotSeeEachOther(Door door) {
        slices().matching(door.shared() + ".(*)..").should().notDependOnEachOther().allowEmptyShould(false)
                .check(TALLYGATE.that(in(door.modules())));
    }

    @ParameterizedTest
    @FieldSource("DOORS")
    void door_whatADomainOffers_requiresItsPort(Door door) {
        check(classes().that(in(door.modules())).and().resideInAPackage(door.shared() + ".*..")
                .and(annotatedWith("io.micronaut.http.annotation.Controller").<JavaClass>forSubtype()
                        .or(assignableTo("io.grpc.BindableService"))
                        .or(assignableTo("io.tallygate.event.EventHandler")))
                .should().beAnnotatedWith("io.micronaut.context.annotation.Requires"));
    }

    @Test
    void packages_always_areFreeOfCycles() {
        check(slices().matching("io.tallygate.(**)").should().beFreeOfCycles());
    }

    @Test
    void rule_thatSelectsNothing_fails() {
        ArchRule misspelt = noClasses().that().resideInAPackage("io.tallygate.countre..").should().dependOnClassesThat()
                .resideInAPackage("java..");

        assertThatThrownBy(() -> check(misspelt)).isInstanceOf(AssertionError.class)
                .hasMessageContaining("failed to check any classes");
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(false).check(TALLYGATE);
    }

    private static DescribedPredicate<JavaClass> in(List<Module> modules) {
        return describe("in " + Arrays.toString(modules.toArray()),
                type -> modules.stream().anyMatch(module -> module.holds(type)));
    }
}
