package io.tallygate.ratelimit.rules;

/** What JSON allows and the YAML reader, which reads YAML 1.1, does not: tabs between tokens, and an escaped slash. */
final class Json {

    private static final char NONE = 0;

    private Json() {}

    /** The same rules as YAML, if the text is JSON; else the text. */
    static String toYaml(String text) {
        return text.stripLeading().startsWith("{") ? rewritten(text) : text;
    }

    private static String rewritten(String text) {
        var yaml = new StringBuilder(text.length());
        char quote = NONE;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == '"' && c == '\\' && i + 1 < text.length()) {
                i++;
                yaml.append(text.charAt(i) == '/' ? "/" : text.substring(i - 1, i + 1));
                continue;
            } else if (quote == NONE && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == quote) {
                quote = NONE;
            }
            yaml.append(quote == NONE && c == '\t' ? ' ' : c);
        }
        return yaml.toString();
    }
}
