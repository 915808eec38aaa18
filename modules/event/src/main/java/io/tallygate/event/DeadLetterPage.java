package io.tallygate.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some dead letters of a topic, the oldest first.
 *
 * @param cursor with which the next page is asked for; null when there is none
 */
public record DeadLetterPage(List<DeadLetter> deadLetters, @Nullable String cursor) {}
