package io.tallygate.ratelimit;

import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ratelimit.Window.Calendar.Unit;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * What a {@link MemoryStore} keeps over a restart, in one file: a head of magic, version and the secrets of the hash; then
 * records, of a limit before the first key that has it, and of a key with its state; then an end, and a CRC-32C of all that.
 * It can be read by its owner alone, because it holds the secrets.
 */
final class MemoryStoreFile {

    private static final int MAGIC = 0x54474c4d;
    private static final int VERSION = 1;

    private static final int HEAD_BYTES = 2 * Integer.BYTES;

    private static final int END = 0;
    private static final int LIMIT = 1;
    private static final int KEY = 2;
    private static final int LENGTH = 1;
    private static final int CALENDAR = 2;

    private static final int CHUNK_BYTES = 1 << 16;

    private MemoryStoreFile() {}

    static void write(Path file, KeyHash hash, Stripe[] stripes) throws IOException {
        Path written = file.resolveSibling(file.getFileName() + ".new").toAbsolutePath();
        Path directory = written.resolveSibling(".").normalize();
        Files.createDirectories(directory);
        Files.deleteIfExists(written);
        Files.createFile(written, ownersAlone(directory));
        var checksum = new CRC32C();
        try (var out = new DataOutputStream(new BufferedOutputStream(
                new CheckedOutputStream(Files.newOutputStream(written), checksum), CHUNK_BYTES))) {
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            for (long secret : hash.secrets()) {
                out.writeLong(secret);
            }
            var writer = new Writer(out);
            for (Stripe stripe : stripes) {
                stripe.lock.lock();
                try {
                    stripe.forEach(writer::key);
                } finally {
                    stripe.lock.unlock();
                }
            }
            out.writeByte(END);
            out.flush();
            out.writeLong(checksum.getValue());
        }
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static FileAttribute<?>[] ownersAlone(Path directory) throws IOException {
        return Files.getFileStore(directory).supportsFileAttributeView("posix")
                ? new FileAttribute<?>[]{
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
                : new FileAttribute<?>[0];
    }

    /** Writes records. */
    private static final class Writer {

        private final DataOutputStream out;
        private final Map<Limit, Integer> limits = new HashMap<>();

        private Writer(DataOutputStream out) {
            this.out = out;
        }

        private void key(Entry entry, Limit limit) throws IOException {
            Integer known = limits.get(limit);
            int number = known == null ? limits.size() : known;
            if (known == null) {
                limits.put(limit, number);
                limit(limit);
            }
            out.writeByte(KEY);
            out.writeInt(number);
            out.writeLong(entry.high);
            out.writeLong(entry.low);
            switch (limit.algorithm()) {
                case SLIDING_LOG -> counts(entry.log == null ? new TimedCounts() : entry.log);
                case CONCURRENCY -> leases(entry.leases == null ? new Leases() : entry.leases);
                case FIXED_WINDOW, TOKEN_BUCKET, SLIDING_WINDOW -> {
                    out.writeLong(entry.used);
                    out.writeLong(entry.at);
                    out.writeLong(entry.extra);
                }
            }
        }

        private void limit(Limit limit) throws IOException {
            out.writeByte(LIMIT);
            out.writeUTF(limit.algorithm().code());
            out.writeUTF(limit.precision().name());
            out.writeLong(limit.requests());
            out.writeLong(limit.burst());
            switch (limit.window()) {
                case Window.Length(Duration length) -> {
                    out.writeByte(LENGTH);
                    out.writeLong(length.toNanos());
                }
                case Window.Calendar(Unit unit, ZoneId zone) -> {
                    out.writeByte(CALENDAR);
                    out.writeUTF(unit.code());
                    out.writeUTF(zone.getId());
                }
            }
        }

        private void counts(TimedCounts counts) throws IOException {
            out.writeInt(counts.size());
            counts.forEach((time, count) -> {
                out.writeLong(time);
                out.writeLong(count);
            });
        }

        private void leases(Leases leases) throws IOException {
            counts(leases.unnamed());
            out.writeInt(leases.namedSize());
            leases.forEachNamed((name, held) -> {
                out.writeLong(name.high());
                out.writeLong(name.low());
                out.writeLong(held.end());
                out.writeLong(held.permits());
            });
        }
    }

    /**
     * Reads a file into a new store, and takes it away.
     *
     * @param store makes one for a hash
     * @return empty when there is no file
     * @throws IOException naming it, when it cannot be read; it is left as it was
     */
    static Optional<MemoryStore> read(Path file, Function<KeyHash, MemoryStore> store) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        requireWhole(file);
        MemoryStore restored;
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), CHUNK_BYTES))) {
            in.readLong();
            var secrets = new long[KeyHash.SECRETS];
            for (int i = 0; i < secrets.length; i++) {
                secrets[i] = in.readLong();
            }
            restored = store.apply(new KeyHash(secrets));
            new Reader(in, restored).read();
        } catch (InvalidInputException | IllegalArgumentException | DateTimeException unknown) {
            throw new IOException(refusal(file, "it holds a limit that this version does not know"), unknown);
        }
        Files.delete(file);
        return Optional.of(restored);
    }

    private static void requireWhole(Path file) throws IOException {
        var checksum = new CRC32C();
        long left = Files.size(file) - Long.BYTES - HEAD_BYTES;
        if (left < 0) {
            throw new IOException(refusal(file, "it is damaged"));
        }
        try (var in = new DataInputStream(Files.newInputStream(file))) {
            var chunk = new byte[CHUNK_BYTES];
            in.readFully(chunk, 0, HEAD_BYTES);
            int magic = ByteBuffer.wrap(chunk).getInt();
            int version = ByteBuffer.wrap(chunk).getInt(Integer.BYTES);
            if (magic == MAGIC && version > VERSION) {
                throw new IOException(refusal(file, "a later version of Tallygate wrote it, in format " + version));
            }
            checksum.update(chunk, 0, HEAD_BYTES);
            while (left > 0) {
                int read = (int) Math.min(left, chunk.length);
                in.readFully(chunk, 0, read);
                checksum.update(chunk, 0, read);
                left -= read;
            }
            if (magic != MAGIC || version != VERSION || in.readLong() != checksum.getValue()) {
                throw new IOException(refusal(file, "it is damaged"));
            }
        }
    }

    private static String refusal(Path file, String why) {
        return file + " cannot be restored: " + why + ". Delete it to begin with nothing counted";
    }

    /** Reads records. */
    private static final class Reader {

        private final DataInputStream in;
        private final MemoryStore store;
        private final List<Limit> limits = new ArrayList<>();

        private Reader(DataInputStream in, MemoryStore store) {
            this.in = in;
            this.store = store;
        }

        private void read() throws IOException {
            for (int record = in.readByte(); record != END; record = in.readByte()) {
                if (record == LIMIT) {
                    limits.add(limit());
                } else {
                    key();
                }
            }
        }

        private Limit limit() throws IOException {
            String code = in.readUTF();
            Algorithm algorithm = Arrays.stream(Algorithm.values()).filter(known -> known.code().equals(code))
                    .findFirst().orElseThrow(() -> new IllegalArgumentException(code));
            Precision precision = Precision.valueOf(in.readUTF());
            long requests = in.readLong();
            long burst = in.readLong();
            Window window = window();
            return algorithm == Algorithm.TOKEN_BUCKET
                    ? Limit.tokenBucket(requests, burst, window, precision)
                    : Limit.of(algorithm, requests, window, precision);
        }

        private Window window() throws IOException {
            if (in.readByte() == LENGTH) {
                return new Window.Length(Duration.ofNanos(in.readLong()));
            }
            String code = in.readUTF();
            Unit unit = Arrays.stream(Unit.values()).filter(known -> known.code().equals(code))
                    .findFirst().orElseThrow(() -> new IllegalArgumentException(code));
            return new Window.Calendar(unit, ZoneId.of(in.readUTF()));
        }

        private void key() throws IOException {
            Limit limit = limits.get(in.readInt());
            Entry entry = store.entry(in.readLong(), in.readLong());
            switch (limit.algorithm()) {
                case SLIDING_LOG -> {
                    entry.is(limit, 0, 0, 0);
                    var log = new TimedCounts();
                    // One whose limit was lowered may have more entries than that lets pass.
                    counts((time, count) -> log.append(time, count, Limit.LOG_REQUESTS_MAX));
                    entry.log = log;
                }
                case CONCURRENCY -> {
                    entry.is(limit, 0, 0, 0);
                    entry.leases = leases();
                }
                case FIXED_WINDOW, TOKEN_BUCKET, SLIDING_WINDOW ->
                    entry.is(limit, in.readLong(), in.readLong(), in.readLong());
            }
            store.restore(entry, limit);
        }

        private Leases leases() throws IOException {
            var leases = new Leases();
            counts((end, permits) -> leases.add(null, end, permits));
            for (int left = in.readInt(); left > 0; left--) {
                leases.add(new Leases.Name(in.readLong(), in.readLong()), in.readLong(), in.readLong());
            }
            return leases;
        }

        private void counts(TimedCounts.Visitor<IOException> visitor) throws IOException {
            for (int left = in.readInt(); left > 0; left--) {
                visitor.visit(in.readLong(), in.readLong());
            }
        }
    }
}
