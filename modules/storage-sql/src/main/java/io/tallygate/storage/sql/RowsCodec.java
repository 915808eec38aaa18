package io.tallygate.storage.sql;

import io.tallygate.counter.CounterKey;
import io.tallygate.storage.sql.Rows.FlushRow;
import io.tallygate.storage.sql.Rows.KeyRow;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;

/** Rows as the bytes of a journal record. The first byte is the format. */
final class RowsCodec {

    private static final byte FORMAT = 1;
    private static final int BYTES_A_ROW = 48;

    private RowsCodec() {}

    static byte[] encode(Rows rows) throws IOException {
        var bytes = new ByteArrayOutputStream(64 + rows.size() * BYTES_A_ROW);
        var out = new DataOutputStream(bytes);
        out.writeByte(FORMAT);
        out.writeInt(rows.counters().size());
        for (Map.Entry<CounterKey, OptionalLong> counter : rows.counters().entrySet()) {
            out.writeUTF(counter.getKey().counterType());
            out.writeUTF(counter.getKey().resourceId());
            OptionalLong value = counter.getValue();
            out.writeBoolean(value.isPresent());
            if (value.isPresent()) {
                out.writeLong(value.getAsLong());
            }
        }
        out.writeInt(rows.flushes().size());
        for (Map.Entry<String, FlushRow> flush : rows.flushes().entrySet()) {
            out.writeUTF(flush.getKey());
            out.writeLong(flush.getValue().sequence());
            out.writeLong(flush.getValue().appliedAtMillis());
            writeBytes(out, flush.getValue().result());
        }
        out.writeInt(rows.keys().size());
        for (Map.Entry<String, KeyRow> key : rows.keys().entrySet()) {
            out.writeUTF(key.getKey());
            out.writeUTF(key.getValue().fingerprint());
            out.writeLong(key.getValue().expiresAtMillis());
            writeBytes(out, key.getValue().outcomes());
        }
        return bytes.toByteArray();
    }

    /** @throws IOException when these bytes are not rows */
    static Rows decode(byte[] bytes) throws IOException {
        var in = new DataInputStream(new ByteArrayInputStream(bytes));
        byte format = in.readByte();
        if (format != FORMAT) {
            throw new IOException("rows have format " + format + ", known is " + FORMAT);
        }
        var rows = new Rows();
        for (int left = in.readInt(); left > 0; left--) {
            String counterType = in.readUTF();
            var counter = new CounterKey(in.readUTF(), counterType);
            rows.counters().put(counter, in.readBoolean() ? OptionalLong.of(in.readLong()) : OptionalLong.empty());
        }
        for (int left = in.readInt(); left > 0; left--) {
            rows.flushes().put(in.readUTF(), new FlushRow(in.readLong(), in.readLong(), readBytes(in)));
        }
        for (int left = in.readInt(); left > 0; left--) {
            rows.keys().put(in.readUTF(), new KeyRow(in.readUTF(), in.readLong(), readBytes(in)));
        }
        return rows;
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }
}
