package io.tallygate.grpc.client;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.v1.RowName;
import io.tallygate.ledger.v1.Section;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The names of a request's rows: their books and sections, which most share with others, each once. */
final class RowNames {

    private record Place(Book book, String section) {}

    private final Map<Place, Integer> places = new HashMap<>();
    private final List<Section> sections = new ArrayList<>();

    /** The index of a row's book and section. */
    int section(RowKey row) {
        return places.computeIfAbsent(new Place(row.book(), row.section()), place -> {
            sections.add(of(place.book(), place.section()));
            return sections.size() - 1;
        });
    }

    RowName of(RowKey row) {
        return RowName.newBuilder().setSection(section(row)).setId(row.id()).setHome(row.home()).build();
    }

    /** Of all rows that were named so far. */
    List<Section> sections() {
        return sections;
    }

    static Section of(Book book, String section) {
        return Section.newBuilder().setBook(book.name()).setName(section).build();
    }
}
