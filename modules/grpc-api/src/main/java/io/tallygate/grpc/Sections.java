package io.tallygate.grpc;

import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.v1.RowName;
import io.tallygate.ledger.v1.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The sections that a request names once, so that its rows need not. */
final class Sections {

    /** @param book null when this process does not have it */
    private record Place(@Nullable Book book, Section section) {}

    private final List<Place> places;
    private final boolean allKnown;

    private Sections(List<Place> places) {
        this.places = places;
        this.allKnown = places.stream().allMatch(place -> place.book() != null);
    }

    /** @throws InvalidInputException naming what breaks a rule; a section of an unknown book breaks none while unused */
    static Sections of(List<Section> sections, Books books) {
        return new Sections(each("sections", sections, section -> {
            Ids.require("name", section.getName());
            return new Place(books.find(section.getBook()), section);
        }));
    }

    /** A complaint about one says which; its place is not written out for the others. */
    static <M, T> List<T> each(String list, List<M> messages, Function<M, ? extends T> reader) {
        var read = new ArrayList<T>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            try {
                read.add(reader.apply(messages.get(i)));
            } catch (InvalidInputException e) {
                throw e.within(list + '[' + i + "].");
            }
        }
        return read;
    }

    /**
     * The rows that a request asks for.
     *
     * @throws InvalidInputException unless there are 1 to {@code max}, all of books that hold {@code kind}
     */
    List<RowKey> rows(List<RowName> rows, int max, Book.Kind kind) {
        Values.requireSize("rows", rows.size(), max);
        return each("rows", rows, name -> {
            RowKey row = row(name.getSection(), name.getId(), name.getHome());
            if (row.book().kind() != kind) {
                throw new InvalidInputException("section", row.book().name(),
                        "must be of a book of " + kind.name().toLowerCase(Locale.ROOT));
            }
            return row;
        });
    }

    /** @throws InvalidInputException unless {@code section} is the index of one, of a book that is known */
    RowKey row(int section, String id, int home) {
        Place place = place(section);
        Book book = place.book();
        if (book == null) {
            throw Books.unknown("section", place.section().getBook());
        }
        Ids.require("id", id);
        return new RowKey(book, place.section().getName(), id, home);
    }

    /** Whether this process has the books of all of them, so that none needs to be looked at. */
    boolean areKnown() {
        return allKnown;
    }

    /** Whether this process has the book of one of them. */
    boolean isKnown(int section) {
        return place(section).book() != null;
    }

    private Place place(int section) {
        if (section < 0 || section >= places.size()) {
            throw new InvalidInputException("section", Integer.toUnsignedString(section),
                    "must be the index of one of the " + places.size() + " sections");
        }
        return places.get(section);
    }
}
