package io.tallygate.storage.sql;

import io.tallygate.storage.sql.SqliteSettings.Synchronous;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a database file knows about its journal.
 *
 * @param epoch the epoch up to which the journal's rows are in the file
 * @param name  the journal's name; empty in a file that an earlier version wrote
 * @param since the epoch since which the file needs its journal; 0 when it does not
 */
record JournalMark(long epoch, String name, long since) {

    /** Of a database that does not exist yet. */
    static final JournalMark NONE = new JournalMark(0, "", 0);

    /**
     * Returns when the segments are what the file needs.
     *
     * @throws IOException naming what is missing or does not fit, and what to do
     */
    void require(List<Journal.Segment> segments, Path directory, Synchronous synchronous) throws IOException {
        if (since > 0) {
            for (Path file : Journal.files(directory)) {
                if (!Files.exists(file)) {
                    throw refusal(directory, file.getFileName() + " is missing, and tallygate.db needs it");
                }
            }
            if (segments.stream().noneMatch(this::isOwn)) {
                throw refusal(directory, "journal.0 and journal.1 are not those of tallygate.db");
            }
        }
        if (!name.isEmpty() && synchronous == Synchronous.FULL) {
            requireNoGap(segments, directory);
        }
    }

    private boolean isOwn(Journal.Segment segment) {
        return segment.name().equals(name);
    }

    /** Not where a loss of power can leave gaps: what it does to a file that was not synced is anybody's guess. */
    private void requireNoGap(List<Journal.Segment> segments, Path directory) throws IOException {
        long newest = segments.stream().filter(this::isOwn).mapToLong(Journal.Segment::epoch).max().orElse(0);
        if (since > 0 && newest < Math.max(epoch, since)) {
            throw refusal(directory, "journal.0 and journal.1 are older than tallygate.db");
        }
        long next = epoch + 1;
        for (Journal.Segment segment : segments) {
            if (!segment.records().isEmpty()) {
                if (since == 0 || !isOwn(segment) || segment.epoch() != next) {
                    throw refusal(directory, segment.file().getFileName() + " does not follow tallygate.db");
                }
                next++;
            }
        }
    }

    private static IOException refusal(Path directory, String what) {
        List<Path> files = Journal.files(directory);
        return new IOException(what + ". Put back the one that was beside it; or, to go on without the increments that"
                + " only the journal has, run with the program sqlite3: UPDATE journal SET since = 0, and delete "
                + files.getFirst().getFileName() + " and " + files.getLast().getFileName());
    }
}
