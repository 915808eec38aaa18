package io.tallygate.http;

import io.micronaut.http.HttpRequest;
import io.tallygate.kernel.InvalidInputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Entity tags, by which callers say which version of something they mean (RFC 9110, section 8.8.3). */
public final class EntityTags {

    /** The header of a change that is to be of one version alone. */
    public static final String IF_MATCH = "If-Match";

    private EntityTags() {}

    /**
     * The version that is meant, without its quotation marks, or {@code *} for any; null when the request names none.
     *
     * @throws InvalidInputException naming the header, when it is neither
     */
    public static @Nullable String ifMatch(HttpRequest<?> request) {
        List<String> lines = request.getHeaders().getAll(IF_MATCH);
        if (lines.isEmpty()) {
            return null;
        }
        String tag = lines.size() == 1 ? lines.getFirst().strip() : "";
        if (tag.equals("*")) {
            return tag;
        }
        if (tag.length() > 2 && tag.startsWith("\"") && tag.indexOf('"', 1) == tag.length() - 1) {
            return tag.substring(1, tag.length() - 1);
        }
        throw new InvalidInputException(IF_MATCH, String.join(", ", lines), "must be * or one ETag in quotation marks");
    }
}
