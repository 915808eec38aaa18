package io.tallygate.degradation;

import io.tallygate.ledger.Document;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;

/** What is on disk of overrides and nodes: a version byte, then the fields as {@link DataOutputStream} writes them. */
final class LevelDocuments {

    private static final int VERSION = 1;

    private LevelDocuments() {}

    static Document of(LevelOverride override) {
        return write(out -> {
            out.writeUTF(override.level().name());
            out.writeUTF(Overrides.key(override.feature()));
            out.writeUTF(override.reason());
            out.writeUTF(override.by());
            out.writeLong(override.until().toEpochMilli());
        });
    }

    static Document of(NodeLevel node) {
        return write(out -> {
            out.writeUTF(node.level().name());
            out.writeLong(node.at().toEpochMilli());
        });
    }

    /** @throws IllegalStateException when it is damaged, or of a version that this program does not know */
    static LevelOverride override(Document document) {
        return read(document, in -> {
            Level level = Level.valueOf(in.readUTF());
            String feature = in.readUTF();
            return new LevelOverride(level, feature.equals(Overrides.ALL) ? null : feature, in.readUTF(), in.readUTF(),
                    Instant.ofEpochMilli(in.readLong()));
        });
    }

    /** @throws IllegalStateException as {@link #override} */
    static NodeLevel node(String name, Document document) {
        return read(document,
                in -> new NodeLevel(name, Level.valueOf(in.readUTF()), Instant.ofEpochMilli(in.readLong())));
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

    private static <T> T read(Document document, Reader<T> reader) {
        try (var in = new DataInputStream(new ByteArrayInputStream(document.bytes()))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IllegalStateException("a level is of version " + version + "; this program reads version "
                        + VERSION);
            }
            return reader.readFrom(in);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException("a level is damaged: " + e.getMessage(), e);
        }
    }
}
