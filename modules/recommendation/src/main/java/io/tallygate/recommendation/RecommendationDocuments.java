package io.tallygate.recommendation;

import io.tallygate.kernel.Ids;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.Versioned;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;

/**
 * What histories and items are on disk: a version byte, then the fields. Numbers are in groups of seven bits, the lowest first,
 * the highest bit of a byte saying that more follow; names are their length and UTF-8.
 */
final class RecommendationDocuments {

    private static final int VERSION = 1;
    private static final int BITS_A_BYTE = 7;
    private static final long LOW_BITS = 0x7f;
    private static final int MORE = 0x80;

    private RecommendationDocuments() {}

    static Document history(History history) {
        return write(out -> {
            writeNumber(out, history.forgottenAt().toEpochMilli());
            writeNumber(out, history.items().size());
            for (String item : history.items()) {
                writeName(out, item);
            }
        });
    }

    /** @throws IllegalStateException when it is damaged, or of a version that this program does not know */
    static History history(Versioned row) {
        Document document = row.document();
        return document == null ? History.EMPTY : read("a history", document, in -> {
            Instant forgottenAt = Instant.ofEpochMilli(readNumber(in));
            int size = readSize(in);
            var items = new ArrayList<String>();
            for (int i = 0; i < size; i++) {
                items.add(readName(in));
            }
            return new History(items, forgottenAt);
        });
    }

    static Document item(Neighbours neighbours) {
        return write(out -> {
            writeNumber(out, neighbours.users());
            writeNumber(out, neighbours.kept().size());
            for (Neighbours.Neighbour neighbour : neighbours.kept()) {
                writeName(out, neighbour.item());
                writeNumber(out, neighbour.count());
                writeNumber(out, neighbour.error());
                writeNumber(out, neighbour.users());
            }
        });
    }

    /** @throws IllegalStateException when it is damaged, or of a version that this program does not know */
    static Neighbours item(Versioned row) {
        Document document = row.document();
        return document == null ? new Neighbours() : read("an item", document, in -> {
            long users = readNumber(in);
            int size = readSize(in);
            var kept = new ArrayList<Neighbours.Neighbour>();
            for (int i = 0; i < size; i++) {
                kept.add(new Neighbours.Neighbour(readName(in), readNumber(in), readNumber(in), readNumber(in)));
            }
            return new Neighbours(users, kept);
        });
    }

    private static void writeName(DataOutputStream out, String name) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        writeNumber(out, bytes.length);
        out.write(bytes);
    }

    private static String readName(DataInputStream in) throws IOException {
        byte[] bytes = new byte[readSize(in)];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void writeNumber(DataOutputStream out, long number) throws IOException {
        long rest = number;
        for (; (rest & ~LOW_BITS) != 0; rest >>>= BITS_A_BYTE) {
            out.writeByte((int) ((rest & LOW_BITS) | MORE));
        }
        out.writeByte((int) rest);
    }

    private static long readNumber(DataInputStream in) throws IOException {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += BITS_A_BYTE) {
            int read = in.readUnsignedByte();
            number |= (read & LOW_BITS) << shift;
            if ((read & MORE) == 0) {
                return number;
            }
        }
        throw new IOException("a number without an end");
    }

    private static int readSize(DataInputStream in) throws IOException {
        long size = readNumber(in);
        if (size < 0 || size > Ids.BYTES_MAX) {
            throw new IOException("a size of " + size);
        }
        return (int) size;
    }

    private interface Writer {
        void writeTo(DataOutputStream out) throws IOException;
    }

    private static Document write(Writer writer) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            writer.writeTo(out);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return Document.of(bytes.toByteArray());
    }

    private interface Reader<T> {
        T readFrom(DataInputStream in) throws IOException;
    }

    private static <T> T read(String what, Document document, Reader<T> reader) {
        try (var in = new DataInputStream(new ByteArrayInputStream(document.bytes()))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IllegalStateException(
                        what + " is of version " + version + "; this program reads version " + VERSION);
            }
            T value = reader.readFrom(in);
            if (in.available() > 0) {
                throw new IllegalStateException(what + " is damaged: " + in.available() + " bytes too many");
            }
            return value;
        } catch (IOException e) {
            throw new IllegalStateException(what + " is damaged: " + e.getMessage(), e);
        }
    }
}
