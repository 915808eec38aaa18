package io.tallygate.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds classes by what they are called, so that a domain's are listed nowhere. */
final class NamedClasses {

    private static final String SUFFIX = ".class";

    private NamedClasses() {}

    /**
     * The classes of a JAR, or of a directory, whose full names match, by their names.
     *
     * @param beside a class of the same place
     */
    static List<Class<?>> find(Class<?> beside, Pattern name) {
        try {
            Path place = Path.of(beside.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(place)) {
                return find(place, name);
            }
            try (FileSystem jar = FileSystems.newFileSystem(place)) {
                return find(jar.getPath("/"), name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Class<?>> find(Path root, Pattern name) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString()).filter(file -> file.endsWith(SUFFIX))
                    .map(file -> file.substring(0, file.length() - SUFFIX.length()).replace('/', '.'))
                    .filter(name.asMatchPredicate()).sorted().<Class<?>>map(NamedClasses::load).toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
