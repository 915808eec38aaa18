package io.tallygate.degradation;

import io.tallygate.ledger.Document;
import io.tallygate.ledger.Memo;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;

/** What is on disk of overrides and nodes: a version byte, then the fields as {@link DataOutputStream} writes them. */
final class LevelDocuments {

    private static final int VERSION = 1;
    /** A memo has room for them, each as three bytes. */
    private static final int WHY_CHARACTERS_MAX = 1_000;

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

    /** The feature is the id of the row that has it. */
    static Memo memo(RecordedChange recorded) {
        LevelChange change = recorded.change();
        return Memo.of(bytes(out -> {
            out.writeUTF(recorded.node());
            out.writeLong(change.at().toEpochMilli());
            out.writeUTF(change.from().name());
            out.writeUTF(change.to().name());
            out.writeUTF(shortened(change.why()));
        }));
    }

    private static String shortened(String why) {
        if (why.length() <= WHY_CHARACTERS_MAX) {
            return why;
        }
        boolean isInPair = Character.isHighSurrogate(why.charAt(WHY_CHARACTERS_MAX - 1));
        return why.substring(0, WHY_CHARACTERS_MAX - (isInPair ? 1 : 0));
    }

    /** @throws IllegalStateException as {@link #override} */
    static RecordedChange recorded(String feature, Memo memo) {
        return read(memo.bytes(), in -> {
            String node = in.readUTF();
            Instant at = Instant.ofEpochMilli(in.readLong());
            Level from = Level.valueOf(in.readUTF());
            return new RecordedChange(node,
                    new LevelChange(at, feature, from, Level.valueOf(in.readUTF()), in.readUTF()));
        });
    }

    private interface Writer {
        void writeTo(DataOutputStream out) throws IOException;
    }

    private static Document write(Writer writer) {
        return Document.of(bytes(writer));
    }

    private static byte[] bytes(Writer writer) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            writer.writeTo(out);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private interface Reader<T> {
        T readFrom(DataInputStream in) throws IOException;
    }

    private static <T> T read(Document document, Reader<T> reader) {
        return read(document.bytes(), reader);
    }

    private static <T> T read(byte[] bytes, Reader<T> reader) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
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
