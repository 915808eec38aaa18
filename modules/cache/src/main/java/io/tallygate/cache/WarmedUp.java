package io.tallygate.cache;

/**
 * What came of a warm-up, and why.
 *
 * @param unanswered keys among those that failed of which the source has said nothing
 */
record WarmedUp(WarmUp told, int unanswered) {}
