package io.tallygate.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The modules that Maven builds, as their poms say. */
final class Reactor {

    private static final Path ROOT = Path.of("..", "..");

    /**
     * A module with code of its own.
     *
     * @param artifact its own artifact's id
     * @param bases names of modules of the same layer that it is built on, by the property {@code tallygate.base}
     * @param ports packages of domains whose ports it implements, though it may not know domains, by the property
     *              {@code tallygate.port}
     */
    record Module(String name, String artifact, Layer layer, Set<String> bases, Set<String> ports, Path classes) {

        /** Whether this module may use that one. */
        boolean mayUse(Module other) {
            return equals(other) || layer.mayUse(other.layer) || (layer == other.layer && bases.contains(other.name));
        }

        /** Whether this module's people wrote it, or what it is an array of. */
        boolean holds(JavaClass type) {
            JavaClass element = type.getBaseComponentType();
            URI directory = classes.toUri();
            return !isGenerated(element) && element.getSource()
                    .map(source -> source.getUri().toString().startsWith(directory.toString())).orElse(false);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Module> MODULES = directories(ROOT).flatMap(directory -> module(directory).stream())
            .toList();

    private Reactor() {}

    /** What the framework's annotation processor and the protocol compiler write is their own business. */
    static boolean isGenerated(JavaClass type) {
        return type.getName().contains(".$") || type.getPackageName().matches(".*\\.v\\d+");
    }

    /** Those that say which layer they are. */
    static List<Module> modules() {
        return MODULES;
    }

    /** What is started: every application, and every function that no other one is built on. */
    static List<Module> programs() {
        return MODULES.stream().filter(module -> module.layer() == Layer.APPLICATION
                || (module.layer() == Layer.FUNCTION
                        && MODULES.stream().noneMatch(other -> other.layer() == Layer.FUNCTION
                                && uses(other).contains(module))))
                .toList();
    }

    /** The modules on a program's class path, itself among them. */
    static Set<Module> parts(Module program) {
        var parts = new LinkedHashSet<Module>();
        addParts(program, parts);
        return parts;
    }

    private static void addParts(Module module, Set<Module> parts) {
        if (parts.add(module)) {
            uses(module).forEach(used -> addParts(used, parts));
        }
    }

    /** The modules whose classes come with a module: those its {@code pom.xml} asks for beyond its tests and not as an option. */
    private static List<Module> uses(Module module) {
        return uses(module, false);
    }

    /** The modules that a module's {@code pom.xml} leaves to programs: what needs them is not at work without. */
    static List<Module> usesIfThere(Module module) {
        return uses(module, true);
    }

    private static List<Module> uses(Module module, boolean optional) {
        NodeList dependencies = pom(ROOT.resolve(module.name())).getElementsByTagName("dependency");
        return IntStream.range(0, dependencies.getLength()).mapToObj(i -> (Element) dependencies.item(i))
                .filter(dependency -> text(dependency, "scope").filter(Set.of("test", "provided")::contains).isEmpty()
                        && text(dependency, "classifier").isEmpty() && text(dependency, "type").isEmpty()
                        && text(dependency, "optional").isPresent() == optional)
                .flatMap(dependency -> MODULES.stream()
                        .filter(other -> text(dependency, "artifactId").equals(Optional.of(other.artifact()))))
                .toList();
    }

    private static Optional<String> text(Element parent, String element) {
        return children(parent).filter(child -> child.getTagName().equals(element))
                .map(child -> child.getTextContent().strip()).findFirst();
    }

    private static Stream<Element> children(Element parent) {
        NodeList nodes = parent.getChildNodes();
        return IntStream.range(0, nodes.getLength()).mapToObj(nodes::item).filter(Element.class::isInstance)
                .map(Element.class::cast);
    }

    /** Those that have code and do not say which layer they are. */
    static List<Path> unnamed() {
        return directories(ROOT).filter(directory -> Files.isDirectory(directory.resolve("src/main/java")))
                .filter(directory -> !directory.startsWith(ROOT.resolve("perf")))
                .filter(directory -> module(directory).isEmpty()).toList();
    }

    private static Optional<Module> module(Path directory) {
        return texts(directory, "tallygate.layer").findFirst()
                .map(layer -> new Module(ROOT.relativize(directory).toString(),
                        text(pom(directory), "artifactId").orElseThrow(),
                        Layer.valueOf(layer.toUpperCase(Locale.ROOT)),
                        texts(directory, "tallygate.base").collect(Collectors.toSet()),
                        texts(directory, "tallygate.port").collect(Collectors.toSet()),
                        directory.resolve("target/classes").toAbsolutePath().normalize()));
    }

    private static Stream<Path> directories(Path parent) {
        return texts(parent, "module").map(parent::resolve)
                .flatMap(directory -> Stream.concat(Stream.of(directory), directories(directory)));
    }

    private static Stream<String> texts(Path directory, String element) {
        NodeList found = pom(directory).getElementsByTagName(element);
        return IntStream.range(0, found.getLength()).mapToObj(i -> found.item(i).getTextContent().strip());
    }

    private static Element pom(Path directory) {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder()
                    .parse(directory.resolve("pom.xml").toFile()).getDocumentElement();
        } catch (IOException | ParserConfigurationException | SAXException e) {
            throw new IllegalStateException(directory.toString(), e);
        }
    }
}
