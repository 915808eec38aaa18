package io.tallygate.counter;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The windows as bytes: a head of magic, version and time, then one record a type, then a
 * checksum of it all.
 */
final class WindowSnapshot {

    private static final int MAGIC = 0x54474c42;
    private static final int VERSION = 1;
    /** How much a clock may have been set back while the process was down. */
    private static final long CLOCK_BACK_MAX_MILLIS = 300_000;

    private WindowSnapshot() {}

    /** @param boards those that matter most first; the others are left out when the bytes do not suffice */
    static byte[] encode(Map<String, WindowBoard> boards, long nowMillis, LeaderboardSettings settings) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            out.writeLong(nowMillis);
            for (var entry : boards.entrySet()) {
                byte[] one = encoded(entry.getKey(), entry.getValue());
                if ((long) out.size() + one.length + Long.BYTES > settings.snapshotBytesMax()) {
                    break;
                }
                out.write(one);
            }
            out.writeLong(checksum(bytes.toByteArray(), out.size()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static byte[] encoded(String counterType, WindowBoard board) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeUTF(counterType);
            board.writeTo(out);
        }
        return bytes.toByteArray();
    }

    /** Empty when the bytes are damaged, too many, of another version, or from the future. */
    static Optional<Map<String, WindowBoard>> decode(byte[] snapshot, long nowMillis, LeaderboardSettings settings) {
        int length = snapshot.length - Long.BYTES;
        if (length < 0 || snapshot.length > settings.snapshotBytesMax()
                || ByteBuffer.wrap(snapshot).getLong(length) != checksum(snapshot, length)) {
            return Optional.empty();
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(snapshot, 0, length))) {
            if (in.readInt() != MAGIC || in.readInt() != VERSION
                    || in.readLong() > nowMillis + CLOCK_BACK_MAX_MILLIS) {
                return Optional.empty();
            }
            Map<String, WindowBoard> boards = new LinkedHashMap<>();
            while (in.available() > 0 && boards.size() < settings.windowTypesMax()) {
                boards.put(in.readUTF(), WindowBoard.readFrom(in, settings.windowMapSize()));
            }
            return Optional.of(boards);
        } catch (IOException | RuntimeException damaged) {
            return Optional.empty();
        }
    }

    private static long checksum(byte[] bytes, int length) {
        var checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        return checksum.getValue();
    }
}
