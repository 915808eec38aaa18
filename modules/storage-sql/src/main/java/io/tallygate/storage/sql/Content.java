package io.tallygate.storage.sql;

import io.tallygate.ledger.Document;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Versioned;

/** What is in a row's place. */
sealed interface Content {

    /** In a book of numbers. */
    record OfNumber(long value) implements Content {}

    /** In a book of documents. */
    record OfDocument(long value, Document document) implements Content {}

    /** The row is not there. */
    enum Absent implements Content {
        ABSENT;

        @Override
        public long value() {
            return 0;
        }
    }

    /** The number, or the document's version; 0 when the row is not there. */
    long value();

    default boolean isPresent() {
        return this != Absent.ABSENT;
    }

    /** As a book of documents tells it. */
    default Versioned versioned() {
        return this instanceof OfDocument(long version, Document document)
                ? new Versioned(version, document)
                : Versioned.ABSENT;
    }

    /** Of a row that is listed. */
    static Content of(Row row) {
        Document document = row.document();
        return document == null ? new OfNumber(row.value()) : new OfDocument(row.value(), document);
    }

    /** The row as it is listed, when it is there. */
    default Row listed(RowKey row) {
        return new Row(row.section(), row.id(), value(),
                this instanceof OfDocument(long _, Document document) ? document : null);
    }
}
