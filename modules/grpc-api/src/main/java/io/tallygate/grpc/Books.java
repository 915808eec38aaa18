package io.tallygate.grpc;

import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Book;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The books of this process, by the names that requests call them by. Immutable. */
final class Books {

    private final Map<String, Book> byName;

    Books(List<Book> books) {
        this.byName = books.stream().collect(Collectors.toUnmodifiableMap(Book::name, Function.identity()));
    }

    @Nullable
    Book find(String name) {
        return byName.get(name);
    }

    /** @throws InvalidInputException when this process has none of this name */
    Book require(String field, String name) {
        Book book = find(name);
        if (book == null) {
            throw unknown(field, name);
        }
        return book;
    }

    static InvalidInputException unknown(String field, String name) {
        return new InvalidInputException(field, name, "must be of a book that this service has");
    }
}
