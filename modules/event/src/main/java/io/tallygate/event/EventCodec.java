package io.tallygate.event;

import io.tallygate.ledger.BytesIn;
import io.tallygate.ledger.BytesOut;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An event as bytes of a document. */
final class EventCodec {

    private static final int TEXT = 0;
    private static final int INTEGER = 1;
    private static final int FALSE = 2;
    private static final int TRUE = 3;

    private static final int NO_DATA = 0;
    private static final int JSON = 1;
    private static final int BYTES = 2;

    private EventCodec() {}

    static byte[] toBytes(Event event) {
        var out = BytesOut.part();
        write(out, event);
        return out.toBytes();
    }

    static void write(BytesOut out, Event event) {
        out.text(event.id()).text(event.source()).text(event.type()).optionalText(event.subject())
                .number(event.attributes().size());
        event.attributes().forEach((name, value) -> {
            out.text(name);
            switch (value) {
                case String text -> out.octet(TEXT).text(text);
                case Integer number -> out.octet(INTEGER).number(number);
                default -> out.octet(value.equals(true) ? TRUE : FALSE);
            }
        });
        write(out, event.data());
    }

    static void write(BytesOut out, @Nullable Payload data) {
        if (data == null) {
            out.octet(NO_DATA);
        } else {
            out.octet(data.isJson() ? JSON : BYTES).bytes(data.bytes());
        }
    }

    static Event read(BytesIn in) {
        String id = in.text();
        String source = in.text();
        String type = in.text();
        String subject = in.optionalText();
        int count = in.count();
        var attributes = new TreeMap<String, Object>();
        for (int i = 0; i < count; i++) {
            attributes.put(in.text(), switch (in.octet()) {
                case TEXT -> in.text();
                case INTEGER -> (int) in.number();
                case TRUE -> true;
                default -> false;
            });
        }
        return new Event(id, source, type, subject, attributes, readData(in));
    }

    @Nullable
    static Payload readData(BytesIn in) {
        return switch (in.octet()) {
            case JSON -> Payload.ofJson(in.bytes());
            case BYTES -> Payload.ofBytes(in.bytes());
            default -> null;
        };
    }
}
