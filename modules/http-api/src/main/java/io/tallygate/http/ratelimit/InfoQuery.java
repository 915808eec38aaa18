package io.tallygate.http.ratelimit;

import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ratelimit.rules.Check;
import io.tallygate.ratelimit.rules.Descriptor;
import io.tallygate.ratelimit.rules.DescriptorEntry;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The query of a question about how limits stand. Read from the raw one, because the order of its parameters matters, and one
 * name may occur more than once.
 */
final class InfoQuery {

    private static final String DOMAIN = "domain";

    private InfoQuery() {}

    /**
     * What is asked, without an effect.
     *
     * @param query as it came, percent-encoded; null where there is none
     * @throws InvalidInputException naming the parameter that breaks a rule
     */
    static Check read(@Nullable String query) {
        String domain = null;
        List<DescriptorEntry> entries = new ArrayList<>();
        for (String parameter : query == null ? new String[0] : query.split("&", -1)) {
            if (parameter.isEmpty()) {
                continue;
            }
            String[] parts = parameter.split("=", 2);
            String name = decoded(parts[0]);
            String value = parts.length == 1 ? "" : decoded(parts[1]);
            if (!name.equals(DOMAIN)) {
                entries.add(entry(name, value));
            } else if (domain == null) {
                Ids.require(DOMAIN, value);
                domain = value;
            } else {
                throw new InvalidInputException(DOMAIN, value, "must be given once");
            }
        }
        if (domain == null) {
            throw new InvalidInputException(DOMAIN, "", "is required");
        }
        if (entries.isEmpty() || entries.size() > CheckBody.ENTRIES_MAX) {
            throw new InvalidInputException("query", entries.size() + " entries",
                    "must have 1 to " + CheckBody.ENTRIES_MAX + " parameters beside " + DOMAIN);
        }
        return Check.of(domain, List.of(Descriptor.of(entries, 0)));
    }

    private static DescriptorEntry entry(String key, String value) {
        Ids.require("key", key);
        if (value.length() > CheckBody.VALUE_LENGTH_MAX) {
            throw new InvalidInputException(key, value,
                    "must be at most " + CheckBody.VALUE_LENGTH_MAX + " characters");
        }
        return new DescriptorEntry(key, value);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("query", text, "must be percent-encoded");
        }
    }
}
