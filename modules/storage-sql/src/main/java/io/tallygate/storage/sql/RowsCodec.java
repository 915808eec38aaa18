package io.tallygate.storage.sql;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.RowKey;
import io.tallygate.storage.sql.Rows.FlushRow;
import io.tallygate.storage.sql.Rows.KeyRow;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Rows as the bytes of a journal record. The first byte is the format. Format 1, of version 0.1.0, has no books: its rows
 * are counters.
 */
final class RowsCodec {

    private static final byte FORMAT = 2;
    private static final byte FORMAT_OF_0_1_0 = 1;
    private static final int BYTES_A_ROW = 48;

    private RowsCodec() {}

    static byte[] encode(Rows rows) throws IOException {
        var bytes = new ByteArrayOutputStream(64 + rows.size() * BYTES_A_ROW);
        var out = new DataOutputStream(bytes);
        out.writeByte(FORMAT);
        List<Book> books = books(rows);
        out.writeByte(books.size());
        for (Book book : books) {
            out.writeUTF(book.name());
        }
        out.writeInt(rows.numbers().size());
        for (Map.Entry<RowKey, OptionalLong> row : rows.numbers().entrySet()) {
            out.writeByte(books.indexOf(row.getKey().book()));
            out.writeUTF(row.getKey().section());
            out.writeUTF(row.getKey().id());
            OptionalLong value = row.getValue();
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

    private static List<Book> books(Rows rows) {
        List<Book> books = new ArrayList<>(1);
        for (RowKey row : rows.numbers().keySet()) {
            if (!books.contains(row.book())) {
                books.add(row.book());
            }
        }
        return books;
    }

    /** @throws IOException when these bytes are not rows */
    static Rows decode(byte[] bytes) throws IOException {
        var in = new DataInputStream(new ByteArrayInputStream(bytes));
        byte format = in.readByte();
        if (format != FORMAT && format != FORMAT_OF_0_1_0) {
            throw new IOException("rows have format " + format + ", known are " + FORMAT_OF_0_1_0 + " and " + FORMAT);
        }
        List<Book> books = new ArrayList<>();
        for (int left = format == FORMAT ? in.readUnsignedByte() : 0; left > 0; left--) {
            books.add(new Book(in.readUTF()));
        }
        var rows = new Rows();
        for (int left = in.readInt(); left > 0; left--) {
            Book book = format == FORMAT ? books.get(in.readUnsignedByte()) : BookTable.COUNTERS;
            String section = in.readUTF();
            // A database is not divided, so rows need no home in it.
            var row = new RowKey(book, section, in.readUTF(), 0);
            rows.numbers().put(row, in.readBoolean() ? OptionalLong.of(in.readLong()) : OptionalLong.empty());
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
