package io.tallygate.storage.redis;

import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.CommandOutput;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.Versioned;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A reply that is a list of fields as {@code flush.lua} writes documents: null in the place of one that is none. */
final class DocumentsOutput extends CommandOutput<String, String, List<@Nullable Versioned>> {

    private static final int VERSION_DIGITS_MAX = 15;

    DocumentsOutput() {
        super(StringCodec.UTF8, new ArrayList<>());
    }

    @Override
    public void set(@Nullable ByteBuffer field) {
        output.add(field == null ? Versioned.ABSENT : parse(field));
    }

    private static @Nullable Versioned parse(ByteBuffer field) {
        long version = 0;
        for (int digits = 0; field.hasRemaining() && digits <= VERSION_DIGITS_MAX; digits++) {
            byte next = field.get();
            if (next == ' ') {
                return version == 0 || field.remaining() > Document.BYTES_MAX ? null : versioned(version, field);
            } else if (next < (version == 0 ? '1' : '0') || next > '9') {
                return null;
            }
            version = 10 * version + next - '0';
        }
        return null;
    }

    private static Versioned versioned(long version, ByteBuffer rest) {
        var bytes = new byte[rest.remaining()];
        rest.get(bytes);
        return new Versioned(version, Document.of(bytes));
    }
}
