package io.tallygate.storage.sql;

import io.tallygate.ledger.Book;

/**
 * The table of a book. That of counters has the names which version 0.1.0 gave it.
 *
 * @param section the column of the rows' sections
 * @param id      the column of their ids
 */
record BookTable(String name, String section, String id) {

    /** The one book that version 0.1.0 had. */
    static final Book COUNTERS = new Book("counter");

    static BookTable of(Book book) {
        return book.equals(COUNTERS)
                ? new BookTable("counter", "counter_type", "resource_id")
                : new BookTable("book_" + book.name(), "section", "id");
    }

    /** A statement with this table's name for {@code {table}}, and its columns' for {@code {section}} and {@code {id}}. */
    String in(String statement) {
        return statement.replace("{table}", name).replace("{section}", section).replace("{id}", id);
    }
}
