package io.tallygate.recommendation;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.RowKey;

/** Names of the rows of recommendations. */
final class RecommendationRows {

    /** What each user touched last. */
    static final Book HISTORIES = Book.ofDocuments("recommendation_history");
    /** What was touched together with each item. */
    static final Book ITEMS = Book.ofDocuments("recommendation_item");
    /** How many interactions there were of each counter type. */
    static final Book TYPES = new Book("recommendation_type");

    static final String TYPE = "type";

    private static final String USER = "user";
    private static final String ITEM = "item";
    /** Any user may touch any two items, so all rows are in one place. */
    private static final int HOME = 0;

    private RecommendationRows() {}

    static RowKey history(String userId) {
        return new RowKey(HISTORIES, USER, userId, HOME);
    }

    static RowKey item(String resourceId) {
        return new RowKey(ITEMS, ITEM, resourceId, HOME);
    }

    static RowKey type(String counterType) {
        return new RowKey(TYPES, TYPE, counterType, HOME);
    }
}
