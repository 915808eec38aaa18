package io.tallygate.cache;

import java.util.List;

/**
 * What came of a warm-up, and why.
 *
 * @param unanswered keys among those that failed of which the source has said nothing
 */
record WarmedUp(WarmUp told, List<String> unanswered) {}
