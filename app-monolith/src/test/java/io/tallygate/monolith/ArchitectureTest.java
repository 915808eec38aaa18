package io.tallygate.monolith;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The dependency rule: domains depend on the kernel alone, adapters on domains and not on each other, the application on
 * neither by name. A rule that selects no class fails, so that none is silently off.
 */
final class ArchitectureTest {

    private static final String ROOT = "io.tallygate.";
    private static final String KERNEL = ROOT + "kernel..";
    /** What the protocol compiler writes. */
    private static final String STUBS = ROOT + "counter.v1";
    private static final String APPLICATION = ROOT + "monolith..";

    private static final List<String> DOMAINS = List.of("access", "counter", "tls");
    private static final List<String> ADAPTERS = List.of("grpc", "health", "http", "storage.redis", "storage.sql",
            "telemetry");

    private static final String[] PLAIN_JAVA = {"java..", "org.jspecify.annotations.."};
    private static final String[] DOMAIN_LIBRARIES = {"com.github.benmanes.caffeine..", "org.apache.datasketches..",
            "org.slf4j.."};
    /** Annotations that wire, and no other type of a framework. */
    private static final String[] WIRING = {"jakarta.inject..", "jakarta.annotation..",
            "io.micronaut.context.annotation..", "io.micronaut.core.bind.annotation..",
            "io.micronaut.core.annotation..",
            // What the annotation @EachProperty has as the default of a member.
            "io.micronaut.core.value..",
            // What the annotation @Requires has as the default of a member.
            "io.micronaut.context.condition.."};
    private static final String[] TECHNOLOGIES = {"java.sql..", "javax.sql..", "io.lettuce..", "io.netty..",
            "io.micronaut.http..", "io.grpc..", "org.apache.kafka.."};

    private static final JavaClasses TALLYGATE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.tallygate")
            .that(not(generated()));

    @Test
    void kernel_always_isPlainJava() {
        check(classes().that().resideInAPackage(KERNEL).should()
                .onlyDependOnClassesThat(resideInAnyPackage(PLAIN_JAVA).or(resideInAPackage(KERNEL))));
    }

    @ParameterizedTest
    @FieldSource("DOMAINS")
    void domain_always_dependsOnTheKernelAlone(String domain) {
        check(classes().that().resideInAPackage(ROOT + domain + "..").should().onlyDependOnClassesThat(
                resideInAnyPackage(PLAIN_JAVA).or(resideInAnyPackage(KERNEL, ROOT + domain + ".."))
                        .or(resideInAnyPackage(DOMAIN_LIBRARIES)).or(resideInAnyPackage(WIRING))));
    }

    @ParameterizedTest
    @FieldSource("DOMAINS")
    void domain_always_knowsNoTechnology(String domain) {
        check(noClasses().that().resideInAPackage(ROOT + domain + "..").should().dependOnClassesThat()
                .resideInAnyPackage(TECHNOLOGIES));
    }

    @ParameterizedTest
    @FieldSource("ADAPTERS")
    void adapter_always_dependsOnNoOtherAdapter(String adapter) {
        check(noClasses().that().resideInAPackage(ROOT + adapter + "..").should().dependOnClassesThat()
                .resideInAnyPackage(ADAPTERS.stream().filter(other -> !other.equals(adapter))
                        .map(other -> ROOT + other + "..").toArray(String[]::new)));
    }

    @Test
    void http_always_knowsPortsOnly() {
        check(noClasses().that().resideInAPackage(ROOT + "http..").should().dependOnClassesThat()
                .resideInAnyPackage(ROOT + "storage..", "java.sql..", "javax.sql..", "io.lettuce.."));
    }

    @Test
    void application_always_onlyComposes() {
        check(noClasses().that().resideInAPackage(APPLICATION).should().dependOnClassesThat()
                .resideInAnyPackage(ADAPTERS.stream().map(adapter -> ROOT + adapter + "..").toArray(String[]::new)));
    }

    @Test
    void application_always_isKnownToNobody() {
        check(noClasses().that().resideOutsideOfPackage(APPLICATION).should().dependOnClassesThat()
                .resideInAPackage(APPLICATION));
    }

    @Test
    void modules_always_areFreeOfCycles() {
        check(slices().matching(ROOT + "(**)").should().beFreeOfCycles());
    }

    @Test
    void modules_onTheClassPath_areAllNamedInTheRules() {
        Stream<String> named = Stream
                .of(Stream.of("kernel", "launcher", "monolith"), DOMAINS.stream(), ADAPTERS.stream())
                .flatMap(names -> names);

        assertThat(TALLYGATE.stream().map(type -> type.getPackageName().substring(ROOT.length())).distinct())
                .containsExactlyInAnyOrderElementsOf(named.toList());
    }

    @Test
    void rule_thatSelectsNothing_fails() {
        ArchRule misspelt = noClasses().that().resideInAPackage(ROOT + "countre..").should().dependOnClassesThat()
                .resideInAPackage("java..");

        assertThatThrownBy(() -> check(misspelt)).isInstanceOf(AssertionError.class)
                .hasMessageContaining("failed to check any classes");
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(false).check(TALLYGATE);
    }

    /** What the framework's annotation processor writes is its own business. */
    private static DescribedPredicate<JavaClass> generated() {
        return DescribedPredicate.describe("generated",
                type -> type.getName().contains(".$") || type.getPackageName().equals(STUBS));
    }
}
