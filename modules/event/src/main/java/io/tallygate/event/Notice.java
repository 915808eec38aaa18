package io.tallygate.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event that is to be told, before it has an id and a source.
 *
 * @param type    as {@link Event#type}
 * @param subject by which it is ordered, as {@link Event#subject}
 * @param once    null for what is told as often as it happens
 */
public record Notice(String type, String subject, Payload data, @Nullable Once once) {

    /**
     * What is told once, whatever happens again later.
     *
     * @param name  what tells it from everything else
     * @param until when it cannot happen any more; {@link Instant#MAX} for never
     */
    public record Once(String name, Instant until) {}
}
