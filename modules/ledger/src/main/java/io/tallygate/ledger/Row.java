package io.tallygate.ledger;

import org.jspecify.annotations.Nullable;

/**
 * A row as it is listed, of a known book. Its home is not told, because not every store knows it; a domain derives it from
 * the name.
 *
 * @param value    the number, or the document's version
 * @param document null in a book of numbers
 */
public record Row(String section, String id, long value, @Nullable Document document) {}
