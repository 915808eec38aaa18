package io.tallygate.tls;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file in PEM.
 *
 * @param setting the name of the setting that holds its path, for messages
 */
public record PemFile(String setting, Path path) {

    /** What is wrong with it, as one line that starts with the setting. */
    IllegalArgumentException wrong(String problem, @Nullable Exception cause) {
        return new IllegalArgumentException(setting + " is '" + path + "', " + problem, cause);
    }
}
