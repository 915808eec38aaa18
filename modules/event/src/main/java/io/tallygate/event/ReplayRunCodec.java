package io.tallygate.event;

import io.tallygate.ledger.BytesIn;
import io.tallygate.ledger.BytesOut;
import io.tallygate.ledger.Document;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A replay of several dead letters as a document. Its id is the row's. */
final class ReplayRunCodec {

    private static final int VERSION = 1;

    private ReplayRunCodec() {}

    static Document document(ReplayRun run) {
        DeadLetterFilter filter = run.filter();
        var out = new BytesOut(VERSION).text(run.topic()).optionalText(filter.error())
                .optionalText(filter.type());
        write(out, filter.after());
        write(out, filter.before());
        out.number(run.rate()).number(run.matched()).number(run.succeeded()).number(run.failed()).number(run.skipped())
                .millis(run.startedAt());
        write(out, run.endedAt());
        out.text(run.range().after()).text(run.range().through());
        return out.toDocument();
    }

    private static void write(BytesOut out, @Nullable Instant instant) {
        out.optionalText(instant == null ? null : instant.toString());
    }

    static ReplayRun read(String id, Document document) {
        return BytesIn.read("a replay", document.bytes(), VERSION, in -> {
            String topic = in.text();
            var filter = new DeadLetterFilter(in.optionalText(), in.optionalText(), readInstant(in), readInstant(in));
            return new ReplayRun(id, topic, filter, (int) in.number(), in.number(), in.number(), in.number(),
                    in.number(), in.millis(), readInstant(in), new ReplayRun.Range(in.text(), in.text()));
        });
    }

    private static @Nullable Instant readInstant(BytesIn in) {
        String text = in.optionalText();
        return text == null ? null : Instant.parse(text);
    }
}
