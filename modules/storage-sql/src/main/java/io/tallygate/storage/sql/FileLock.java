package io.tallygate.storage.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A data directory's lock: held by one process, released by the system when that process ends in any way. */
final class FileLock implements AutoCloseable {

    private final FileChannel channel;

    private FileLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * @throws IllegalStateException when another holds it
     * @throws IOException           when the directory cannot be made or written
     */
    static FileLock take(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel channel = FileChannel.open(directory.resolve("tallygate.lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            taken = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // Held by this same process, which is no better.
        } finally {
            if (!taken) {
                channel.close();
            }
        }
        if (!taken) {
            throw new IllegalStateException(
                    "another process has the data directory open: " + directory.toAbsolutePath());
        }
        return new FileLock(channel);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
