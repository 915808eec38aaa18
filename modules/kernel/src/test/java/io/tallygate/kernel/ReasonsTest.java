package io.tallygate.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReasonsTest {

    @TempDir
    private Path directory;

    @Test
    void of_aMessage_isTheMessage() {
        assertThat(Reasons.of(new IllegalStateException("another process has it open")))
                .isEqualTo("another process has it open");
        assertThat(Reasons.of(new NullPointerException())).isEqualTo("NullPointerException");
    }

    @Test
    void of_aWrapper_isWhatItWraps() {
        var inner = new IllegalStateException("the reason");
        assertThat(Reasons.of(new UncheckedIOException(new IOException("the disk is full"))))
                .isEqualTo("the disk is full");
        assertThat(Reasons.of(new RuntimeException(inner))).isEqualTo("the reason");
        assertThat(Reasons.of(new RuntimeException("outer words", inner))).isEqualTo("outer words");
    }

    @Test
    void of_aFileThatIsInTheWay_saysSo() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThat(Reasons.of(thrownBy(() -> Files.createDirectories(file))))
                .isEqualTo(file + " exists, and is no directory");
        assertThat(Reasons.of(thrownBy(() -> Files.readString(directory.resolve("absent")))))
                .isEqualTo(directory.resolve("absent") + " does not exist");
        assertThat(Reasons.of(thrownBy(() -> {
            try (var _ = Files.newDirectoryStream(file)) {
                // Not reached.
            }
        })))
                .isEqualTo(file + " is no directory");
    }

    /** Touches a file. */
    @FunctionalInterface
    private interface Touch {
        void run() throws IOException;
    }

    private static Throwable thrownBy(Touch touch) {
        try {
            touch.run();
        } catch (IOException e) {
            return e;
        }
        throw new AssertionError("nothing was thrown");
    }
}
