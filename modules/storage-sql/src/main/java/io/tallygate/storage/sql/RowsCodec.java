package io.tallygate.storage.sql;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.Document;
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

/**
 * Rows as the bytes of a journal record. The first byte is the format. Format 2 does not say what a book holds: its rows are
 * numbers. Format 1, of version 0.1.0, has no books: its rows are counters.
 */
final class RowsCodec {

    private static final byte FORMAT = 3;
    private static final byte FORMAT_OF_NUMBERS = 2;
    private static final byte FORMAT_OF_0_1_0 = 1;
    private static final byte NUMBERS = 0;
    private static final byte DOCUMENTS = 1;
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
            out.writeByte(book.kind() == Book.Kind.DOCUMENTS ? DOCUMENTS : NUMBERS);
        }
        out.writeInt(rows.contents().size());
        for (Map.Entry<RowKey, Content> row : rows.contents().entrySet()) {
            out.writeByte(books.indexOf(row.getKey().book()));
            out.writeUTF(row.getKey().section());
            out.writeUTF(row.getKey().id());
            Content content = row.getValue();
            out.writeBoolean(content.isPresent());
            if (content.isPresent()) {
                out.writeLong(content.value());
            }
            if (content instanceof Content.OfDocument document) {
                writeBytes(out, document.document().bytes());
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
        for (RowKey row : rows.contents().keySet()) {
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
        List<Book> books = readBooks(format, in);
        var rows = new Rows();
        for (int left = in.readInt(); left > 0; left--) {
            Book book = format == FORMAT_OF_0_1_0 ? books.getFirst() : books.get(in.readUnsignedByte());
            String section = in.readUTF();
            // A database is not divided, so rows need no home in it.
            var row = new RowKey(book, section, in.readUTF(), 0);
            if (!in.readBoolean()) {
                rows.gone(row);
            } else if (book.kind() == Book.Kind.DOCUMENTS) {
                rows.document(row, in.readLong(), Document.of(readBytes(in)));
            } else {
                rows.number(row, in.readLong());
            }
        }
        for (int left = in.readInt(); left > 0; left--) {
            rows.flushes().put(in.readUTF(), new FlushRow(in.readLong(), in.readLong(), readBytes(in)));
        }
        for (int left = in.readInt(); left > 0; left--) {
            rows.keys().put(in.readUTF(), new KeyRow(in.readUTF(), in.readLong(), readBytes(in)));
        }
        return rows;
    }

    private static List<Book> readBooks(byte format, DataInputStream in) throws IOException {
        if (format == FORMAT_OF_0_1_0) {
            return List.of(BookTable.COUNTERS);
        }
        if (format != FORMAT && format != FORMAT_OF_NUMBERS) {
            throw new IOException("rows have format " + format + ", known are " + FORMAT_OF_0_1_0 + " to " + FORMAT);
        }
        List<Book> books = new ArrayList<>();
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            String name = in.readUTF();
            books.add(format == FORMAT && in.readByte() == DOCUMENTS ? Book.ofDocuments(name) : new Book(name));
        }
        return books;
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
