package io.tallygate.storage.sql;

import io.tallygate.counter.Flush;
import io.tallygate.counter.FlushResult;
import io.tallygate.counter.Outcomes;
import io.tallygate.counter.WriteResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Packs results into the bytes that a store keeps: numbers in as few bytes as they need (LEB128, the sign in the lowest
 * bit), refusals as one bit a change and only when there is one. The first byte is the format. Behind a flush's result are
 * the eight bytes of its fingerprint, which version 0.1.0 neither wrote nor looks at.
 */
final class ResultCodec {

    private static final byte FORMAT = 1;
    private static final int NUMBER_BYTES_MAX = 10;
    private static final byte COMMITTED = 0;
    private static final byte KEY_REUSED = 1;
    private static final byte REPLAYED = 2;

    /** A flush that was applied. */
    record Applied(FlushResult result, long fingerprint) {}

    private ResultCodec() {}

    static byte[] pack(FlushResult result, long fingerprint) {
        int bytes = 1 + bytesMax(result.changes()) + NUMBER_BYTES_MAX + Long.BYTES;
        for (WriteResult request : result.requests()) {
            bytes += 1 + (request instanceof WriteResult.Committed committed ? bytesMax(committed.outcomes()) : 0);
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes).put(FORMAT);
        putOutcomes(buffer, result.changes());
        putNumber(buffer, result.requests().size());
        for (WriteResult request : result.requests()) {
            switch (request) {
                case WriteResult.Committed(Outcomes outcomes, boolean replayed) ->
                    putOutcomes(buffer.put(replayed ? REPLAYED : COMMITTED), outcomes);
                case WriteResult.KeyReused() -> buffer.put(KEY_REUSED);
            }
        }
        buffer.putLong(fingerprint);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    static byte[] pack(Outcomes outcomes) {
        ByteBuffer buffer = ByteBuffer.allocate(1 + bytesMax(outcomes)).put(FORMAT);
        putOutcomes(buffer, outcomes);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    static Applied unpackResult(byte[] bytes) {
        ByteBuffer buffer = open(bytes);
        Outcomes changes = outcomes(buffer);
        int count = (int) number(buffer);
        List<WriteResult> requests = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte kind = buffer.get();
            requests.add(kind == KEY_REUSED
                    ? new WriteResult.KeyReused()
                    : new WriteResult.Committed(outcomes(buffer), kind == REPLAYED));
        }
        long fingerprint = buffer.remaining() < Long.BYTES ? Flush.NO_FINGERPRINT : buffer.getLong();
        return new Applied(new FlushResult(changes, requests), fingerprint);
    }

    static Outcomes unpackOutcomes(byte[] bytes) {
        return outcomes(open(bytes));
    }

    private static ByteBuffer open(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        byte format = buffer.get();
        if (format != FORMAT) {
            throw new IllegalStateException("a stored result has format " + format + ", known is " + FORMAT);
        }
        return buffer;
    }

    private static int bytesMax(Outcomes outcomes) {
        return (outcomes.size() + 1) * NUMBER_BYTES_MAX + 1 + (outcomes.size() + 7) / 8;
    }

    private static void putOutcomes(ByteBuffer buffer, Outcomes outcomes) {
        int size = outcomes.size();
        putNumber(buffer, size);
        boolean anyRefused = false;
        for (int i = 0; i < size; i++) {
            anyRefused |= outcomes.refused(i);
            putNumber(buffer, outcomes.value(i));
        }
        buffer.put((byte) (anyRefused ? 1 : 0));
        if (anyRefused) {
            var bits = new byte[(size + 7) / 8];
            for (int i = 0; i < size; i++) {
                bits[i / 8] |= (byte) (outcomes.refused(i) ? 1 << i % 8 : 0);
            }
            buffer.put(bits);
        }
    }

    private static Outcomes outcomes(ByteBuffer buffer) {
        var values = new long[(int) number(buffer)];
        for (int i = 0; i < values.length; i++) {
            values[i] = number(buffer);
        }
        if (buffer.get() == 0) {
            return Outcomes.applied(values);
        }
        var bits = new byte[(values.length + 7) / 8];
        buffer.get(bits);
        var refused = new boolean[values.length];
        for (int i = 0; i < values.length; i++) {
            refused[i] = (bits[i / 8] >> i % 8 & 1) != 0;
        }
        return Outcomes.of(values, refused);
    }

    private static void putNumber(ByteBuffer buffer, long number) {
        long left = number << 1 ^ number >> 63;
        while ((left & ~0x7fL) != 0) {
            buffer.put((byte) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        buffer.put((byte) left);
    }

    private static long number(ByteBuffer buffer) {
        long packed = 0;
        byte next = (byte) 0x80;
        for (int shift = 0; next < 0; shift += 7) {
            next = buffer.get();
            packed |= (next & 0x7fL) << shift;
        }
        return packed >>> 1 ^ -(packed & 1);
    }
}
