package io.tallygate.ledger;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Rows of the tests: of a book that version 0.1.0 had, at the homes that it gave them, of one that it had not, and of a book of
 * documents.
 */
public final class TestRows {

    public static final Book COUNTERS = new Book("counter");
    public static final Book OTHERS = new Book("example");

    public static final Book PAPERS = Book.ofDocuments("paper");

    public static final List<Book> BOOKS = List.of(COUNTERS, OTHERS, PAPERS);

    private TestRows() {}

    public static RowKey of(String id, String section) {
        var hash = new CRC32();
        hash.update(section.getBytes(StandardCharsets.UTF_8));
        hash.update(0);
        hash.update(id.getBytes(StandardCharsets.UTF_8));
        return new RowKey(COUNTERS, section, id, (int) hash.getValue());
    }

    /** One of the other book, which is at home where all of its subject are. */
    public static RowKey ofSubject(String subject, String id) {
        return new RowKey(OTHERS, subject, id, subject.hashCode());
    }

    /** One of the book of documents, which is at home where all of its subject are. */
    public static RowKey paper(String subject, String id) {
        return new RowKey(PAPERS, subject, id, subject.hashCode());
    }

    /** A document of a text. */
    public static Document document(String text) {
        return Document.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
