package io.tallygate.http;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.kernel.WrongSettingException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The origins whose pages may call and read the answers: {@code tallygate.http.cors.origins}. Immutable. */
@Context
@Requires(property = CorsOrigins.SETTING)
final class CorsOrigins {

    static final String SETTING = "tallygate.http.cors.origins";

    private static final String ANY = "*";

    private final boolean any;
    private final Set<String> allowed;

    /** @throws WrongSettingException when it is neither {@code *} nor a list of origins */
    CorsOrigins(PropertyResolver properties) {
        String origins = HttpSettingGroup.ORIGINS.in(name -> properties.getProperty(name, String.class));
        this.any = origins.strip().equals(ANY);
        this.allowed = any
                ? Set.of()
                : Arrays.stream(origins.split(",", -1)).map(String::strip).collect(Collectors.toUnmodifiableSet());
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
