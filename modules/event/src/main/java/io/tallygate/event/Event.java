package io.tallygate.event;

import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One event, as CloudEvents 1.0 describes it (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md).
 *
 * @param id         with {@code source} its idempotency key: 1 to 256 bytes of UTF-8 without control characters
 * @param source     the same
 * @param type       the same
 * @param subject    its key, by which it is ordered: the same; null when it needs no order
 * @param attributes all others, by name: {@code time}, {@code datacontenttype}, {@code dataschema} and extensions. Values are
 *                   a {@link String}, an {@link Integer} or a {@link Boolean}
 * @param data       null when it has none
 */
public record Event(String id, String source, String type, @Nullable String subject,
        SequencedMap<String, Object> attributes,
        @Nullable Payload data) {

    /** When it happened, as RFC 3339 writes a time. */
    public static final String TIME = "time";
    /** What {@link #data} is, as a media type. */
    public static final String CONTENT_TYPE = "datacontenttype";

    /** The most attributes beside the required ones and the subject. */
    public static final int ATTRIBUTES_MAX = 20;
    /** The most characters of an attribute's value. */
    public static final int VALUE_CHARACTERS_MAX = 1_024;

    private static final Pattern NAME = Pattern.compile("[a-z0-9]{1,20}");

    private static final int BYTES_AROUND = 256;
    private static final int BYTES_A_CHARACTER_MAX = 3;

    /** @throws InvalidInputException naming an attribute that breaks its rule, or {@code data} when it is too large */
    public Event {
        Ids.require("id", id);
        Ids.require("source", source);
        Ids.require("type", type);
        if (subject != null) {
            Ids.require("subject", subject);
        }
        if (attributes.size() > ATTRIBUTES_MAX) {
            throw new InvalidInputException("attributes", Integer.toString(attributes.size()),
                    "must be at most " + ATTRIBUTES_MAX + " beside id, source, type and subject");
        }
        attributes.forEach(Event::requireAttribute);
        attributes = attributes.isEmpty()
                ? Collections.emptyNavigableMap()
                : Collections.unmodifiableSequencedMap(new TreeMap<>(attributes));
        if (data != null && data.length() > Payload.BYTES_MAX) {
            throw new InvalidInputException("data", data.length() + " bytes",
                    "must be at most " + Payload.BYTES_MAX + " bytes");
        }
    }

    private static void requireAttribute(String name, Object value) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidInputException(name, value.toString(), "must be a name of 1 to 20 letters a-z and digits");
        }
        if (value instanceof String text) {
            if (text.isEmpty() || text.length() > VALUE_CHARACTERS_MAX
                    || text.chars().anyMatch(Character::isISOControl)) {
                throw new InvalidInputException(name, text,
                        "must be 1 to " + VALUE_CHARACTERS_MAX + " characters without control characters");
            }
            if (name.equals(TIME)) {
                requireTime(text);
            }
        } else if (!(value instanceof Integer || value instanceof Boolean) || name.equals(TIME)
                || name.equals(CONTENT_TYPE)) {
            throw new InvalidInputException(name, value.toString(), "must be a string");
        }
    }

    private static Instant requireTime(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new InvalidInputException(TIME, text, "must be a time such as 2026-01-31T12:00:00Z");
        }
    }

    /** When it happened; empty when it does not say so. */
    public Optional<Instant> time() {
        return attributes.get(TIME) instanceof String text ? Optional.of(requireTime(text)) : Optional.empty();
    }

    /** By what it is ordered: its subject, or what names it alone. */
    public String key() {
        return subject == null ? source + ' ' + id : subject;
    }

    /**
     * A name for its idempotency key of 43 characters, the same for each repetition of the event and for no other one.
     */
    public String identity() {
        return Sha256.base64url((source.length() + ":" + source + id).getBytes(StandardCharsets.UTF_8));
    }

    /** The same event with other data, which makes it another one: number {@code n} of those that were made of it. */
    Event edited(int n, Payload edited) {
        String suffix = "~" + n;
        int room = Ids.BYTES_MAX - suffix.length();
        String begin = id.getBytes(StandardCharsets.UTF_8).length <= room
                ? id
                : Sha256.base64url(id.getBytes(StandardCharsets.UTF_8));
        return new Event(begin + suffix, source, type, subject, attributes, edited);
    }

    /** How many bytes it takes in memory and on the wire at most, about: for bounds. */
    public int size() {
        int characters = id.length() + source.length() + type.length() + (subject == null ? 0 : subject.length());
        for (var attribute : attributes.entrySet()) {
            characters += attribute.getKey().length() + attribute.getValue().toString().length();
        }
        return BYTES_AROUND + BYTES_A_CHARACTER_MAX * characters + (data == null ? 0 : data.length());
    }
}
