package io.tallygate.ratelimit.rules;

/**
 * One thing that is wrong with a rule document, and where.
 *
 * @param file    the document's name, such as a file's path
 * @param line    its line, from 1; 0 where that is not known
 * @param key     the descriptor as metrics name it, such as {@code mail.message_type_marketing.to_number}; the domain alone
 *                for what belongs to no descriptor, empty before the domain is known
 * @param message what is wrong and what would be right
 */
public record RuleProblem(String file, int line, String key, String message) {

    /** {@code file:line: key: message}, without the parts that are not known. */
    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line : "") + ": " + (key.isEmpty() ? "" : key + ": ") + message;
    }
}
