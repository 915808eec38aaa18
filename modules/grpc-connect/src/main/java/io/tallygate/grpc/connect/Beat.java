package io.tallygate.grpc.connect;

import io.grpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a heartbeat showed of an instance.
 *
 * @param notes what is not as it should be there although it works, a sentence each; as a service of ours sends them in front of
 *              the answer to a check of its health
 */
record Beat(Pulse pulse, List<String> notes) {

    /** One for each note, in UTF-8. */
    static final Metadata.Key<byte[]> NOTE = Metadata.Key.of("tallygate-health-note-bin",
            Metadata.BINARY_BYTE_MARSHALLER);

    Beat {
        notes = List.copyOf(notes);
    }

    /** One without notes. */
    static Beat of(Pulse pulse) {
        return new Beat(pulse, List.of());
    }

    /** @param headers those in front of the answer; null where there are none */
    static Beat answered(@Nullable Metadata headers) {
        Iterable<byte[]> sent = headers == null ? null : headers.getAll(NOTE);
        if (sent == null) {
            return of(Pulse.ANSWERED);
        }
        var notes = new ArrayList<String>();
        sent.forEach(note -> notes.add(new String(note, StandardCharsets.UTF_8)));
        return new Beat(Pulse.ANSWERED, notes);
    }
}
