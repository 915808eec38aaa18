package io.tallygate.recommendation;

/**
 * An item that a user may want.
 *
 * @param score orders the items of one answer, the best first; it means nothing beside that of another answer
 */
public record Recommended(String resourceId, double score) {}
