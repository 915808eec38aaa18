package io.tallygate.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Texts without quotation marks, as JSON. */
final class Texts implements ValueCodec<String> {

    private final String type;

    Texts(String type) {
        this.type = type;
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public byte[] encode(String value) {
        return ('"' + value + '"').getBytes(UTF_8);
    }

    @Override
    public String decode(byte[] json) {
        String text = new String(json, UTF_8);
        if (text.length() < 2 || text.charAt(0) != '"' || text.charAt(text.length() - 1) != '"') {
            throw new IllegalArgumentException(text);
        }
        return text.substring(1, text.length() - 1);
    }
}
