package io.tallygate.cache.micronaut;

import java.util.Optional;
import java.util.UUID;

/**
 * Keys as texts, which processes can tell each other. A text is itself; what else has one text only is marked with
 * its type, so that a number and its text are two keys.
 */
final class KeyTexts {

    /** No text that is a key of the API begins with it. */
    private static final char MARK = '\u0001';
    private static final int LENGTH_MAX = 256;

    private KeyTexts() {}

    /** Empty for a key that has no text of its own. */
    static Optional<String> of(Object key) {
        return switch (key) {
            case String text -> Optional.of(text)
                    .filter(one -> !one.isEmpty() && one.length() <= LENGTH_MAX && one.charAt(0) != MARK);
            case Integer number -> marked("int", number);
            case Long number -> marked("long", number);
            case Short number -> marked("short", number);
            case Byte number -> marked("byte", number);
            case Boolean is -> marked("boolean", is);
            case Character one -> marked("char", one);
            case UUID id -> marked("uuid", id);
            case Enum<?> constant -> marked(constant.getDeclaringClass().getName(), constant.name());
            default -> Optional.empty();
        };
    }

    private static Optional<String> marked(String type, Object value) {
        return Optional.of(MARK + type + ' ' + value);
    }
}
