package io.tallygate.degradation;

import io.tallygate.ledger.BytesIn;
import io.tallygate.ledger.BytesOut;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.Memo;
import java.time.Instant;

/** What is on disk of overrides and nodes. */
final class LevelDocuments {

    private static final int VERSION = 1;
    private static final String WHAT = "a level";
    /** A memo has room for them, each as three bytes. */
    private static final int WHY_CHARACTERS_MAX = 1_000;

    private LevelDocuments() {}

    static Document of(LevelOverride override) {
        return new BytesOut(VERSION).javaText(override.level().name()).javaText(Overrides.key(override.feature()))
                .javaText(override.reason()).javaText(override.by()).int64Millis(override.until()).toDocument();
    }

    static Document of(NodeLevel node) {
        return new BytesOut(VERSION).javaText(node.level().name()).int64Millis(node.at()).toDocument();
    }

    /** @throws io.tallygate.ledger.UnreadableException when it is none that this program knows */
    static LevelOverride override(Document document) {
        return BytesIn.read(WHAT, document.bytes(), VERSION, in -> {
            Level level = Level.valueOf(in.javaText());
            String feature = in.javaText();
            return new LevelOverride(level, feature.equals(Overrides.ALL) ? null : feature, in.javaText(),
                    in.javaText(), in.int64Millis());
        });
    }

    /** @throws io.tallygate.ledger.UnreadableException when it is none that this program knows */
    static NodeLevel node(String name, Document document) {
        return BytesIn.read(WHAT, document.bytes(), VERSION,
                in -> new NodeLevel(name, Level.valueOf(in.javaText()), in.int64Millis()));
    }

    /** The feature is the id of the row that has it. */
    static Memo memo(RecordedChange recorded) {
        LevelChange change = recorded.change();
        return Memo.of(new BytesOut(VERSION).text(recorded.node()).int64Millis(change.at()).text(change.from().name())
                .text(change.to().name()).text(shortened(change.why())).toBytes());
    }

    private static String shortened(String why) {
        if (why.length() <= WHY_CHARACTERS_MAX) {
            return why;
        }
        boolean isInPair = Character.isHighSurrogate(why.charAt(WHY_CHARACTERS_MAX - 1));
        return why.substring(0, WHY_CHARACTERS_MAX - (isInPair ? 1 : 0));
    }

    /** @throws io.tallygate.ledger.UnreadableException when it is none that this program knows */
    static RecordedChange recorded(String feature, Memo memo) {
        return BytesIn.read(WHAT, memo.bytes(), VERSION, in -> {
            String node = in.text();
            Instant at = in.int64Millis();
            Level from = Level.valueOf(in.text());
            return new RecordedChange(node,
                    new LevelChange(at, feature, from, Level.valueOf(in.text()), in.text()));
        });
    }
}
