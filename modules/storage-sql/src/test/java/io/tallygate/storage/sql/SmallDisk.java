package io.tallygate.storage.sql;

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

    static SmallDisk mount(Path directory) throws IOException {
        Assumptions.assumeThat(run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", directory.toString()))
                .as("SKIPPED, as no file system can be mounted here: exit code of mount").isZero();
        return new SmallDisk(directory);
    }

    Path directory() {
        return directory;
    }

    void fill() throws IOException {
        try (OutputStream file = Files.newOutputStream(directory.resolve("filler"))) {
            while (true) {
                file.write(new byte[BLOCK_BYTES]);
            }
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) {
                throw full;
            }
        }
    }

    void makeRoom() throws IOException {
        Files.delete(directory.resolve("filler"));
    }

    @Override
    public void close() {
        try {
            run("umount", "--lazy", directory.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int run(String... command) throws IOException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
