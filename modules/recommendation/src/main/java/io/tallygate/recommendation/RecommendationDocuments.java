package io.tallygate.recommendation;

import io.tallygate.ledger.BytesIn;
import io.tallygate.ledger.BytesOut;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.Versioned;
import java.time.Instant;

/** What histories and items are on disk. */
final class RecommendationDocuments {

    private static final int VERSION = 1;

    private RecommendationDocuments() {}

    static Document history(History history) {
        var out = new BytesOut(VERSION).millis(history.forgottenAt()).number(history.items().size());
        history.items().forEach(out::text);
        return out.toDocument();
    }

    /** @throws io.tallygate.ledger.UnreadableException when it is none that this program knows */
    static History history(Versioned row) {
        Document document = row.document();
        return document == null
                ? History.EMPTY
                : BytesIn.read("a history", document.bytes(), VERSION, in -> {
                    Instant forgottenAt = in.millis();
                    return new History(in.list(BytesIn::text), forgottenAt);
                });
    }

    static Document item(ItemCounts counts) {
        var out = new BytesOut(VERSION).number(counts.users()).number(counts.neighbours().size());
        counts.neighbours().forEach(neighbour -> out.text(neighbour.item()).number(neighbour.count())
                .number(neighbour.error()).number(neighbour.users()));
        return out.toDocument();
    }

    /** @throws io.tallygate.ledger.UnreadableException when it is none that this program knows */
    static ItemCounts item(Versioned row) {
        Document document = row.document();
        return document == null ? ItemCounts.NONE : item(document.bytes());
    }

    /** @throws io.tallygate.ledger.UnreadableException as above */
    static ItemCounts item(byte[] document) {
        return BytesIn.read("an item", document, VERSION, in -> {
            long users = in.number();
            return new ItemCounts(users, in.list(kept -> new Neighbours.Neighbour(kept.text(), kept.number(),
                    kept.number(), kept.number())));
        });
    }
}
