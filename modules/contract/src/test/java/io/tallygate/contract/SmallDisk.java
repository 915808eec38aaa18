package io.tallygate.contract;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.Assumptions;

/** A file system of its own with little room, in memory; only root can have one, so others skip the test. */
final class SmallDisk implements AutoCloseable {

    private static final int BLOCK_BYTES = 4_096;

    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    static SmallDisk mount() {
        Path directory = TemporaryDirectories.create("disk");
        int exitCode = run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", directory.toString());
        Assumptions.assumeThat(exitCode)
                .as("SKIPPED, as no file system can be mounted here: exit code of mount").isZero();
        return new SmallDisk(directory);
    }

    Path directory() {
        return directory;
    }

    void fill() {
        try (OutputStream file = Files.newOutputStream(directory.resolve("filler"))) {
            while (true) {
                file.write(new byte[BLOCK_BYTES]);
            }
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) {
                throw new UncheckedIOException(full);
            }
        }
    }

    void makeRoom() {
        try {
            Files.delete(directory.resolve("filler"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        run("umount", "--lazy", directory.toString());
        TemporaryDirectories.delete(directory);
    }

    private static int run(String... command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
