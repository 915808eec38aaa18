package io.tallygate.http;

import java.io.OutputStream;
import java.util.Arrays;

/** Takes what a generator writes; most answers fit its buffer and come in one piece, of which one copy is made. */
final class ExactBytes extends OutputStream {

    private byte[] bytes = {};
    private int count;

    @Override
    public void write(int octet) {
        write(new byte[]{(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] source, int from, int length) {
        if (count == 0) {
            bytes = Arrays.copyOfRange(source, from, from + length);
        } else {
            if (count + length > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(count + length, 2 * bytes.length));
            }
            System.arraycopy(source, from, bytes, count, length);
        }
        count += length;
    }

    /** Everything that was written; nothing may be written after that. */
    byte[] all() {
        return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
    }
}
