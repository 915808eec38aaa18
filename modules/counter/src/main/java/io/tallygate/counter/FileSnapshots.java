package io.tallygate.counter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Snapshots in one file, which is replaced whole. */
final class FileSnapshots implements LeaderboardSnapshots {

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
}
