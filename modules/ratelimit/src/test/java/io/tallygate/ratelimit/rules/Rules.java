package io.tallygate.ratelimit.rules;

import io.tallygate.ratelimit.Precision;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Rules and requests as tests write them. */
final class Rules {

    private Rules() {}

    static RuleDocument document(String text) {
        return RuleDocument.of("rules.yaml", text.getBytes(StandardCharsets.UTF_8));
    }

    static DomainRules read(String text) {
        return RuleReader.read(document(text), Precision.MEMORY);
    }

    /** One descriptor's entries, such as {@code entries("user", "42", "endpoint", "GET /")}. */
    static List<DescriptorEntry> entries(String... keysAndValues) {
        List<DescriptorEntry> entries = new ArrayList<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            entries.add(new DescriptorEntry(keysAndValues[i], keysAndValues[i + 1]));
        }
        return entries;
    }
}
