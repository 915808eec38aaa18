package io.tallygate.storage.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A file that is open, and whether its name still leads to it: what is written to one that was deleted or replaced is
 * gone when the process ends. Thread-safe.
 */
final class OpenedFile {

    private final Path path;
    private final @Nullable Object key;

    /** @throws IOException when it is not there */
    OpenedFile(Path path) throws IOException {
        this.path = path;
        this.key = key(path);
    }

    /** @throws IOException when it is not the one that was opened */
    void requireInPlace() throws IOException {
        boolean inPlace;
        try {
            Object now = key(path);
            inPlace = key == null || key.equals(now);
        } catch (NoSuchFileException e) {
            inPlace = false;
        }
        if (!inPlace) {
            throw new IOException(path + " was deleted or replaced while in use: put it back, or stop this process and"
                    + " restore the directory");
        }
    }

    /** Device and inode, where the file system has such. */
    private static @Nullable Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }
}
