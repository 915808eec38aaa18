package io.tallygate.storage.sql;

import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Refusal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Packs results into the bytes that a store keeps: numbers in as few bytes as they need (LEB128, the sign in the lowest
 * bit), refusals as a byte a change and only when there is one, what was taken only where a part may be. The first byte is the
 * format.
 *
 * <p>Format 2 has no taken parts, and no refusal for a version. Format 1, of version 0.1.0, has a bit for each refusal, which
 * is one of the range; a flush's changes without a key as one list in front of the results of its requests; and no memo.
 * Behind its flushes there may be the eight bytes of a fingerprint, which later formats always have.
 */
final class ResultCodec {

    private static final byte FORMAT = 3;
    private static final byte FORMAT_OF_0_1_0 = 1;
    private static final int NUMBER_BYTES_MAX = 10;
    private static final byte COMMITTED = 0;
    private static final byte KEY_REUSED = 1;
    private static final byte REPLAYED = 2;
    private static final int ANY_REFUSED = 1;
    private static final int FITTED = 2;
    private static final byte NOT_REFUSED = 0;
    /** By what a byte stands for, less one. */
    private static final List<Refusal> REFUSALS = List.of(Refusal.RANGE, Refusal.WRONG_TYPE, Refusal.UNDONE,
            Refusal.VERSION);

    /** A flush that was applied. */
    record Applied(FlushResult result, long fingerprint) {}

    private ResultCodec() {}

    static byte[] pack(FlushResult result, long fingerprint) {
        int bytes = 1 + NUMBER_BYTES_MAX + Long.BYTES;
        for (PostingResult posting : result.postings()) {
            bytes += 1 + (posting instanceof PostingResult.Committed committed ? bytesMax(committed) : 0);
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes).put(FORMAT);
        putNumber(buffer, result.postings().size());
        for (PostingResult posting : result.postings()) {
            switch (posting) {
                case PostingResult.Committed committed ->
                    putCommitted(buffer.put(committed.replayed() ? REPLAYED : COMMITTED), committed);
                case PostingResult.KeyReused() -> buffer.put(KEY_REUSED);
                case PostingResult.Failed(RuntimeException failure) -> throw failure;
            }
        }
        buffer.putLong(fingerprint);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /** What a key's record keeps. */
    static byte[] packRecord(PostingResult.Committed result) {
        ByteBuffer buffer = ByteBuffer.allocate(1 + bytesMax(result)).put(FORMAT);
        putCommitted(buffer, result);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    static Applied unpackResult(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        byte format = format(buffer);
        var postings = new ArrayList<PostingResult>();
        if (format == FORMAT_OF_0_1_0) {
            postings.add(new PostingResult.Committed(outcomesOf010(buffer)));
        }
        for (int left = (int) number(buffer); left > 0; left--) {
            byte kind = buffer.get();
            postings.add(kind == KEY_REUSED
                    ? new PostingResult.KeyReused()
                    : committed(buffer, format, kind == REPLAYED));
        }
        long fingerprint = buffer.remaining() < Long.BYTES ? Flush.NO_FINGERPRINT : buffer.getLong();
        return new Applied(new FlushResult(postings), fingerprint);
    }

    /** As a repetition gets it. */
    static PostingResult.Committed unpackRecord(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return committed(buffer, format(buffer), true);
    }

    private static byte format(ByteBuffer buffer) {
        byte format = buffer.get();
        if (format < FORMAT_OF_0_1_0 || format > FORMAT) {
            throw new IllegalStateException("a stored result has format " + format + ", known are " + FORMAT_OF_0_1_0
                    + " to " + FORMAT);
        }
        return format;
    }

    private static int bytesMax(PostingResult.Committed committed) {
        int bytesOfOne = NUMBER_BYTES_MAX + 1 + (committed.outcomes().isFitted() ? NUMBER_BYTES_MAX : 0);
        return committed.outcomes().size() * bytesOfOne + 2 * NUMBER_BYTES_MAX + 1 + committed.memo().length();
    }

    private static void putCommitted(ByteBuffer buffer, PostingResult.Committed committed) {
        putOutcomes(buffer, committed.outcomes());
        putNumber(buffer, committed.memo().length());
        if (committed.memo().length() > 0) {
            buffer.put(committed.memo().bytes());
        }
    }

    private static PostingResult.Committed committed(ByteBuffer buffer, byte format, boolean replayed) {
        if (format == FORMAT_OF_0_1_0) {
            return new PostingResult.Committed(outcomesOf010(buffer), replayed);
        }
        Outcomes outcomes = outcomes(buffer);
        int length = (int) number(buffer);
        if (length == 0) {
            return new PostingResult.Committed(outcomes, replayed);
        }
        var memo = new byte[length];
        buffer.get(memo);
        return new PostingResult.Committed(outcomes, Memo.of(memo), replayed);
    }

    private static void putOutcomes(ByteBuffer buffer, Outcomes outcomes) {
        int size = outcomes.size();
        putNumber(buffer, size);
        boolean anyRefused = false;
        for (int i = 0; i < size; i++) {
            anyRefused |= outcomes.refused(i);
            putNumber(buffer, outcomes.value(i));
        }
        buffer.put((byte) ((anyRefused ? ANY_REFUSED : 0) | (outcomes.isFitted() ? FITTED : 0)));
        if (anyRefused) {
            for (int i = 0; i < size; i++) {
                Refusal refusal = outcomes.refusal(i);
                buffer.put(refusal == null ? NOT_REFUSED : (byte) (1 + REFUSALS.indexOf(refusal)));
            }
        }
        for (int i = 0; outcomes.isFitted() && i < size; i++) {
            putNumber(buffer, outcomes.taken(i));
        }
    }

    private static Outcomes outcomes(ByteBuffer buffer) {
        long[] values = numbers(buffer, (int) number(buffer));
        byte flags = buffer.get();
        if (flags == 0) {
            return Outcomes.applied(values);
        }
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[values.length];
        for (int i = 0; (flags & ANY_REFUSED) != 0 && i < values.length; i++) {
            byte refusal = buffer.get();
            refusals[i] = refusal == NOT_REFUSED ? null : REFUSALS.get(refusal - 1);
        }
        return (flags & FITTED) == 0
                ? Outcomes.of(values, refusals)
                : Outcomes.fitted(values, refusals, numbers(buffer, values.length));
    }

    private static Outcomes outcomesOf010(ByteBuffer buffer) {
        long[] values = numbers(buffer, (int) number(buffer));
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

    private static long[] numbers(ByteBuffer buffer, int size) {
        var numbers = new long[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = number(buffer);
        }
        return numbers;
    }

    private static void putNumber(ByteBuffer buffer, long number) {
        long left = (number << 1) ^ (number >> 63);
        while ((left & ~0x7fL) != 0) {
            buffer.put((byte) ((left & 0x7f) | 0x80));
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
