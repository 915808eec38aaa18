package io.tallygate.event;

import io.tallygate.ledger.BytesIn;
import io.tallygate.ledger.BytesOut;
import io.tallygate.ledger.Document;
import java.time.Instant;

/** A dead letter as a document. Its topic and its id are the row's. */
final class DeadLetterCodec {

    private static final int VERSION = 1;

    private DeadLetterCodec() {}

    static Document document(DeadLetter letter) {
        var out = new BytesOut(VERSION).text(letter.group()).number(letter.partition()).number(letter.offset());
        EventCodec.write(out, letter.event());
        out.octet(letter.state().code()).text(letter.error()).text(letter.message()).number(letter.attempts())
                .millis(letter.firstFailedAt()).millis(letter.lastFailedAt()).number(letter.replays())
                .number(letter.edits());
        EventCodec.write(out, letter.edited());
        Instant replayedAt = letter.replayedAt();
        out.number(replayedAt == null ? 0 : replayedAt.toEpochMilli());
        return out.toDocument();
    }

    static DeadLetter read(String topic, String id, Document document) {
        return BytesIn.read("a dead letter", document.bytes(), VERSION, in -> {
            String group = in.text();
            int partition = (int) in.number();
            long offset = in.number();
            Event event = EventCodec.read(in);
            DeadLetter.State state = DeadLetter.State.of(in.octet());
            String error = in.text();
            String message = in.text();
            int attempts = (int) in.number();
            Instant firstFailedAt = in.millis();
            Instant lastFailedAt = in.millis();
            int replays = (int) in.number();
            int edits = (int) in.number();
            Payload edited = EventCodec.readData(in);
            long replayedAt = in.number();
            return new DeadLetter(id, topic, group, partition, offset, event, state, error, message, attempts,
                    firstFailedAt, lastFailedAt, replays, edits, edited,
                    replayedAt == 0 ? null : Instant.ofEpochMilli(replayedAt));
        });
    }
}
