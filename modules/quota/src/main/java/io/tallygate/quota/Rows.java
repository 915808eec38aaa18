package io.tallygate.quota;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.RowKey;
import java.util.List;

/** Names of the rows in which plans and subjects are kept. Usage is in {@link UsageRows}, and see {@link ReservationId}. */
final class Rows {

    /** What is settled for subjects. */
    static final Book SUBJECTS = Book.ofDocuments("quota_subject");

    /** Plans that callers defined, and the histories of all plans. */
    static final Book PLANS = Book.ofDocuments("quota_plan");

    /** The scale of each quota type that was ever named, and 1. */
    static final Book SCALES = new Book("quota_scale");

    /** All that quotas keep. */
    static final List<Book> BOOKS = List.of(UsageRows.LONG, UsageRows.SHORT, ReservationId.BOOK, ReservationId.DUE,
            SUBJECTS, PLANS, SCALES);

    static final String SUBJECT = "subject";
    static final String PLAN = "plan";
    static final String SCALE = "scale";

    private static final String HISTORY = "history";
    /** Plans and scales are changed together, so they are in one place. */
    private static final int HOME = 0;

    private Rows() {}

    static RowKey subject(String id) {
        return new RowKey(SUBJECTS, SUBJECT, id, UsageRows.home(id));
    }

    static RowKey plan(String name) {
        return new RowKey(PLANS, PLAN, name, HOME);
    }

    static RowKey history(String planName) {
        return new RowKey(PLANS, HISTORY, planName, HOME);
    }

    static RowKey scale(String quotaType) {
        return new RowKey(SCALES, SCALE, quotaType, HOME);
    }
}
