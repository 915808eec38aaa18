package io.tallygate.degradation;

import io.tallygate.ledger.BytesIn;
import io.tallygate.ledger.BytesOut;
import io.tallygate.ledger.Document;

/** What is on disk of overrides and nodes. */
final class LevelDocuments {

    private static final int VERSION = 1;
    private static final String WHAT = "a level";

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
}
