package io.tallygate.counter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Snapshots in one file, which is replaced whole. */
final class FileSnapshots implements LeaderboardSnapshots {

    private static final Logger LOG = LoggerFactory.getLogger(FileSnapshots.class);

    private final Path file;

    FileSnapshots(Path file) {
        this.file = file;
    }

    @Override
    public void save(byte[] snapshot) {
        Path written = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(written, snapshot);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("leaderboards could not be saved to " + file, e);
        }
    }

    /** Takes the snapshot away, so that a later run that dies without saving does not count it a second time. */
    @Override
    public Optional<byte[]> load() {
        try {
            byte[] snapshot = Files.readAllBytes(file);
            Files.delete(file);
            return Optional.of(snapshot);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("leaderboards could not be loaded from " + file, e);
        }
    }

    @Override
    public void setAside(byte[] snapshot) {
        Path aside = file.resolveSibling(file.getFileName() + ".unreadable");
        try {
            Files.write(aside, snapshot);
        } catch (IOException e) {
            throw new UncheckedIOException("leaderboards that cannot be read could not be kept as " + aside, e);
        }
        LOG.warn("{} is damaged or of a later version: windows of leaderboards begin anew, and it is kept as {}", file,
                aside);
    }
}
