package io.tallygate.storage.sql;

import io.tallygate.storage.sql.SqliteSettings.Synchronous;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.zip.CRC32C;

/**
 * The rows of each transaction, appended to one of two files, in turn: while the rows of one are written to the database,
 * the other takes what comes. Not thread-safe.
 *
 * <p>A file is overwritten from its start when its turn comes again, so that its blocks stay allocated and an append
 * changes data only, which is what makes a synchronous write fast. A record therefore says in which turn, or epoch, it
 * was written, and a file ends where a record is not whole or of an earlier epoch. Rows are complete, not changes of what
 * was before, so reading a record twice does no harm.
 *
 * <p>A record is: the length of its rows (4 bytes), the CRC-32C of all that follows (4), the epoch (8), the rows ({@link
 * RowsCodec}); numbers are big-endian.
 */
final class Journal implements AutoCloseable {

    private static final String[] FILES = {"journal.0", "journal.1"};
    private static final int HEADER_BYTES = Integer.BYTES + Integer.BYTES + Long.BYTES;
    private static final int GROWTH_BYTES = 1 << 20;
    private static final int RECORD_BYTES_MAX = 1 << 30;

    /** What one file has of one epoch. */
    record Segment(long epoch, List<byte[]> records) {}

    private final RandomAccessFile[] files;
    private long epoch;
    private long position;

    private Journal(RandomAccessFile[] files, long epoch) {
        this.files = files;
        this.epoch = epoch;
    }

    /**
     * Opens the journal to write an epoch. What its file holds must not be needed any more.
     *
     * @param synchronous whether an append returns when it is on disk, or when the system has it
     */
    static Journal open(Path directory, Synchronous synchronous, long epoch) throws IOException {
        String mode = synchronous == Synchronous.FULL ? "rwd" : "rw";
        var first = new RandomAccessFile(directory.resolve(FILES[0]).toFile(), mode);
        try {
            var second = new RandomAccessFile(directory.resolve(FILES[1]).toFile(), mode);
            return new Journal(new RandomAccessFile[]{first, second}, epoch);
        } catch (IOException e) {
            first.close();
            throw e;
        }
    }

    /**
     * What the files hold of the epochs wanted, earlier ones first.
     *
     * @param synchronous when {@code FULL}, whole records behind a broken one are damage; else a loss of power explains
     *                    them
     * @throws IOException when a file cannot be read, or is damaged
     */
    static List<Segment> read(Path directory, Synchronous synchronous, LongPredicate wanted) throws IOException {
        List<Segment> segments = new ArrayList<>();
        for (String name : FILES) {
            Path file = directory.resolve(name);
            if (Files.exists(file)) {
                Segment segment = segment(file, synchronous, wanted);
                if (!segment.records().isEmpty()) {
                    segments.add(segment);
                }
            }
        }
        segments.sort(Comparator.comparingLong(Segment::epoch));
        return segments;
    }

    private static Segment segment(Path file, Synchronous synchronous, LongPredicate wanted) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        if (bytes.remaining() < HEADER_BYTES || !wanted.test(epochAt(bytes, 0))) {
            return new Segment(0, List.of());
        }
        long epoch = epochAt(bytes, 0);
        List<byte[]> records = new ArrayList<>();
        int offset = 0;
        while (isWhole(bytes, offset, epoch)) {
            var rows = new byte[bytes.getInt(offset)];
            bytes.get(offset + HEADER_BYTES, rows);
            records.add(rows);
            offset += HEADER_BYTES + rows.length;
        }
        if (synchronous == Synchronous.FULL) {
            requireNothingBehind(file, bytes, offset, epoch);
        }
        return new Segment(epoch, records);
    }

    private static long epochAt(ByteBuffer bytes, int offset) {
        return bytes.getLong(offset + 2 * Integer.BYTES);
    }

    private static boolean isWhole(ByteBuffer bytes, int offset, long epoch) {
        return fits(bytes, offset) && epochAt(bytes, offset) == epoch
                && bytes.getInt(offset + Integer.BYTES) == crc(bytes.array(), offset + 2 * Integer.BYTES,
                        Long.BYTES + bytes.getInt(offset));
    }

    private static boolean fits(ByteBuffer bytes, int offset) {
        int left = bytes.capacity() - offset - HEADER_BYTES;
        return left > 0 && bytes.getInt(offset) > 0 && bytes.getInt(offset) <= left;
    }

    /** Only the last record can be cut off by a crash: one that is broken, with another behind it, was answered. */
    private static void requireNothingBehind(Path file, ByteBuffer bytes, int end, long epoch) throws IOException {
        if (fits(bytes, end) && epochAt(bytes, end) == epoch
                && isWhole(bytes, end + HEADER_BYTES + bytes.getInt(end), epoch)) {
            throw new IOException(file + " is damaged at byte " + end + ": intact records follow");
        }
    }

    private static int crc(byte[] bytes, int offset, int length) {
        var crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /**
     * Appends one transaction's rows. When it throws, it is unknown whether they were written; the next append takes
     * their place.
     */
    void append(byte[] rows) throws IOException {
        if (rows.length > RECORD_BYTES_MAX) {
            throw new IOException("a transaction has " + rows.length + " bytes of rows");
        }
        var record = ByteBuffer.allocate(HEADER_BYTES + rows.length);
        record.putInt(rows.length).putInt(0).putLong(epoch).put(rows);
        record.putInt(Integer.BYTES, crc(record.array(), 2 * Integer.BYTES, Long.BYTES + rows.length));
        RandomAccessFile file = files[file()];
        long end = position + record.capacity();
        if (file.length() < end) {
            file.seek(file.length());
            file.write(new byte[(int) (end + GROWTH_BYTES - file.length())]);
        }
        file.seek(position);
        file.write(record.array());
        position = end;
    }

    /** How far the current file is written. */
    long bytes() {
        return position;
    }

    /** The epoch of what is appended now. */
    long epoch() {
        return epoch;
    }

    /** Goes on in the other file, whose rows the database must have by now. */
    void turn() {
        epoch++;
        position = 0;
    }

    private int file() {
        return (int) (epoch & 1);
    }

    @Override
    public void close() throws IOException {
        try (RandomAccessFile first = files[0]; RandomAccessFile second = files[1]) {
            // Both are closed, whatever the first one says.
        }
    }
}
