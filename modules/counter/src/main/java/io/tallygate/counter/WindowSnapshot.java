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
 * The windows of one run, for the next one, and their form as bytes: a head of magic, version, the time by the wall clock
 * and on the windows' own time line, then one record a type, then a checksum of it all. Version 1 had one time for both.
 *
 * @param nowMillis the time on the windows' own line
 */
record WindowSnapshot(Map<String, WindowBoard> boards, long nowMillis) {

    private static final int MAGIC = 0x54474c42;
    private static final int VERSION = 2;
    private static final int VERSION_WITH_ONE_TIME = 1;

    /** @param boards those that matter most first; the others are left out when the bytes do not suffice */
    static byte[] encode(Map<String, WindowBoard> boards, long nowMillis, long wallMillis,
            LeaderboardSettings settings) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            out.writeLong(wallMillis);
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

    /**
     * Ages what was saved by the time that has passed since. Where the wall clock stands before the time of saving, that
     * is unknown by at least the difference: windows with shorter buckets are left empty.
     *
     * @return empty when the bytes are damaged, too many, or of another version
     */
    static Optional<WindowSnapshot> decode(byte[] snapshot, long wallMillis, LeaderboardSettings settings) {
        int length = snapshot.length - Long.BYTES;
        if (length < 0 || snapshot.length > settings.snapshotBytesMax()
                || ByteBuffer.wrap(snapshot).getLong(length) != checksum(snapshot, length)) {
            return Optional.empty();
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(snapshot, 0, length))) {
            int magic = in.readInt();
            int version = in.readInt();
            if (magic != MAGIC || (version != VERSION && version != VERSION_WITH_ONE_TIME)) {
                return Optional.empty();
            }
            long savedAtWall = in.readLong();
            long savedAt = version == VERSION ? in.readLong() : savedAtWall;
            long passed = wallMillis - savedAtWall;
            Map<String, WindowBoard> boards = new LinkedHashMap<>();
            while (in.available() > 0 && boards.size() < settings.windowTypesMax()) {
                boards.put(in.readUTF(),
                        WindowBoard.readFrom(in, settings.windowMapSize(), savedAt, Math.max(0, -passed)));
            }
            return Optional.of(new WindowSnapshot(boards, savedAt + Math.max(0, passed)));
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
