package io.tallygate.quota;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Which shares of limits usage passes. Thread-safe; no method blocks. */
public interface Thresholds {

    /** The names of the books in which usage is counted. */
    Set<String> books();

    /**
     * What a change of usage has crossed upward, of 80 and 100 percent, by the limit that the subject has now. Nothing where the
     * row is not one of usage, or the subject has no such limit any more; and nothing where subject and quota type together have
     * more than 250 bytes, because rows do not tell such names.
     *
     * @param section of the changed row
     * @param id      of the changed row
     * @param before  what it held
     * @param after   what it holds
     * @return fails with an {@link io.tallygate.kernel.UnavailableException} when that is not known now
     */
    CompletionStage<List<Crossing>> crossings(String section, String id, long before, long after);
}
