package io.tallygate.quota;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Subjects for which something is settled, in the order of their ids' bytes in UTF-8.
 *
 * @param after with which to ask for the next ones; null when there are no more. There may be more behind an empty page, because
 *              subjects of other plans were passed over
 */
public record SubjectPage(List<Entry> subjects, @Nullable String after) {

    /**
     * What is settled for one.
     *
     * @param plan   null for the default plan
     * @param anchor null for those of the limits
     */
    public record Entry(String subject, @Nullable String plan, List<Limit> overrides, @Nullable LocalDate anchor) {}
}
