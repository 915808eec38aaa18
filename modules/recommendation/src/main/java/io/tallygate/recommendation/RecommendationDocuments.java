package io.tallygate.recommendation;

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
import java.util.List;

/**
 * What histories and items are on disk: a version byte, then the fields as {@link DataOutputStream} writes them, names as their
 * length in two bytes and UTF-8.
 */
final class RecommendationDocuments {

    private static final int VERSION = 1;

    private RecommendationDocuments() {}

    static Document history(History history) {
        return write(out -> {
            out.writeLong(history.forgottenAt().toEpochMilli());
            out.writeByte(history.items().size());
            for (String item : history.items()) {
                writeName(out, item);
            }
        });
    }

    /** @throws IllegalStateException when it is damaged, or of a version that this program does not know */
    static History history(Versioned row) {
        Document document = row.document();
        return document == null ? History.EMPTY : read("a history", document, in -> {
            Instant forgottenAt = Instant.ofEpochMilli(in.readLong());
            int size = in.readUnsignedByte();
            var items = new ArrayList<String>(size);
            for (int i = 0; i < size; i++) {
                items.add(readName(in));
            }
            return new History(items, forgottenAt);
        });
    }

    static Document item(Neighbours neighbours) {
        return write(out -> {
            out.writeLong(neighbours.users());
            out.writeByte(neighbours.kept().size());
            for (Neighbours.Neighbour neighbour : neighbours.kept()) {
                writeName(out, neighbour.item());
                out.writeLong(neighbour.count());
                out.writeLong(neighbour.error());
                out.writeLong(neighbour.users());
            }
        });
    }

    /** @throws IllegalStateException when it is damaged, or of a version that this program does not know */
    static Neighbours item(Versioned row) {
        Document document = row.document();
        return document == null ? new Neighbours() : read("an item", document, in -> {
            long users = in.readLong();
            int size = in.readUnsignedByte();
            List<Neighbours.Neighbour> kept = new ArrayList<>(size);
            for (int i = 0; i < size; i++) {
                kept.add(new Neighbours.Neighbour(readName(in), in.readLong(), in.readLong(), in.readLong()));
            }
            return new Neighbours(users, kept);
        });
    }

    private static void writeName(DataOutputStream out, String name) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    private static String readName(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readUnsignedShort()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
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
