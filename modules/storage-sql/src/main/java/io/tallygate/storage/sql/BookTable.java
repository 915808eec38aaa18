package io.tallygate.storage.sql;

import io.tallygate.ledger.Book;

/**
 * The table of a book. That of counters has the names which version 0.1.0 gave it.
 *
 * @param section the column of the rows' sections
 * @param id      the column of their ids
 * @param kind    of numbers, in a column {@code value}, or of documents, in columns {@code version} and {@code document}
 */
record BookTable(String name, String section, String id, Book.Kind kind) {

    /** The one book that version 0.1.0 had. */
    static final Book COUNTERS = new Book("counter");

    static BookTable of(Book book) {
        return book.equals(COUNTERS)
                ? new BookTable("counter", "counter_type", "resource_id", Book.Kind.NUMBERS)
                : new BookTable("book_" + book.name(), "section", "id", book.kind());
    }

    /**
     * A statement with this table's name for {@code {table}}, and its columns' for {@code {section}}, {@code {id}}, {@code
     * {value}}, which is a number or a document's version, and {@code {content}}, which is all of the row but its name.
     */
    String in(String statement) {
        return statement.replace("{table}", name).replace("{section}", section).replace("{id}", id)
                .replace("{value}", holdsDocuments() ? "version" : "value")
                .replace("{content}", holdsDocuments() ? "version, document" : "value");
    }

    boolean holdsDocuments() {
        return kind == Book.Kind.DOCUMENTS;
    }
}
