package io.tallygate.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs every jcstress test of this module in a process of its own, for seconds; for minutes with
 * {@code -Dtallygate.stress.long}.
 */
final class StressTest {

    private static final List<String> SHORT = List.of("-f", "1", "-fsm", "1", "-iters", "1", "-time", "300");
    private static final List<String> LONG = List.of("-m", "tough");

    @Test
    void outcomes_areAllAcceptable(@TempDir Path directory) throws IOException, InterruptedException {
        Path said = directory.resolve("said");
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), "org.openjdk.jcstress.Main", "-v", "-r",
                directory.toString()));
        command.addAll(System.getProperty("tallygate.stress.long") == null ? SHORT : LONG);
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(said.toFile()).start();

        int exit = process.waitFor();

        String report = Files.readString(said);
        assertThat(exit).as(report).isZero();
        // What cannot be run at all ends with 0, too.
        assertThat(report).contains("Failed tests: No matches").contains("Error tests: No matches")
                .contains("ReadCacheStress").contains("ThreadParkingStress");
    }
}
