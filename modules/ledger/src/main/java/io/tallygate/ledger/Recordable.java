package io.tallygate.ledger;

import java.util.Set;

/**
 * What a domain lets be recorded. A bean of this type is what {@link OutboxSettings#PUBLISH} names.
 *
 * @param name  the word for it
 * @param books in which it is counted, of numbers
 */
public record Recordable(String name, Set<Book> books) {}
