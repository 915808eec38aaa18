package io.tallygate.http;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The origins whose pages may call and read the answers: {@code tallygate.http.cors.origins}. Immutable. */
@Context
@Requires(property = CorsOrigins.SETTING)
final class CorsOrigins {

    static final String SETTING = "tallygate.http.cors.origins";

    private static final String ANY = "*";
    /** As browsers send it: in lower case, without a path. */
    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[^/\\s,*A-Z]+");

    private final boolean any;
    private final Set<String> allowed;

    /** @throws ConfigurationException when it is neither {@code *} nor a list of origins */
    CorsOrigins(@Property(name = SETTING) String origins) {
        this.any = origins.strip().equals(ANY);
        this.allowed = any
                ? Set.of()
                : Arrays.stream(origins.split(",", -1)).map(String::strip).collect(Collectors.toUnmodifiableSet());
        if (!allowed.stream().allMatch(ORIGIN.asMatchPredicate())) {
            throw new ConfigurationException(SETTING + " is '" + origins
                    + "', must be * or origins such as https://example.com, by comma, without a path");
        }
    }

    /** Whether every origin is allowed. */
    boolean any() {
        return any;
    }

    /** @param origin a header {@code Origin}; null when there is none */
    boolean allow(@Nullable String origin) {
        return origin != null && (any || allowed.contains(origin));
    }
}
