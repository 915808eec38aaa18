package io.tallygate.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where programs read rules from that no call can store. */
final class RateLimitRules {

    private RateLimitRules() {}

    /** What a program is told about them: also to wait long for what counts, which on a busy machine takes its time. */
    static Map<String, String> settings(Optional<Path> directory) {
        return directory.map(files -> Map.of("TALLYGATE_RATELIMIT_RULES", files.toString(),
                "TALLYGATE_RATELIMIT_TIMEOUT", "10s")).orElse(Map.of());
    }

    /** An empty directory beside the files of a program. */
    static Path directory(JarProcess program) {
        try {
            return Files
                    .createDirectories(program.dataDir().resolveSibling(program.dataDir().getFileName() + "-rules"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
