package io.tallygate.event;

import io.tallygate.ledger.BytesIn;
import io.tallygate.ledger.BytesOut;
import io.tallygate.ledger.Document;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Events that were appended to a partition together, as one document.
 *
 * @param appendedAt when that was
 */
record Batch(Instant appendedAt, List<Event> events) {

    /** The most events in one. Whoever looks for the batch of an offset reads back as far. */
    static final int EVENTS_MAX = 1_024;
    /** The most bytes of events in one, unless its only event has more. */
    static final int BYTES_MAX = 512 << 10;

    private static final int VERSION = 1;

    /** @param events as {@link EventCodec#toBytes} makes them */
    static Document document(Instant appendedAt, List<byte[]> events) {
        var out = new BytesOut(VERSION).millis(appendedAt).number(events.size());
        events.forEach(out::raw);
        return out.toDocument();
    }

    static Batch of(Document document) {
        return BytesIn.read("a batch of events", document.bytes(), VERSION, in -> {
            Instant appendedAt = in.millis();
            int count = in.count();
            var events = new ArrayList<Event>(count);
            for (int i = 0; i < count; i++) {
                events.add(EventCodec.read(in));
            }
            return new Batch(appendedAt, events);
        });
    }
}
