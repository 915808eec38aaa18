package io.tallygate.http.ratelimit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tallygate.ratelimit.Limit;
import io.tallygate.ratelimit.rules.Check;
import io.tallygate.ratelimit.rules.Descriptor;
import io.tallygate.ratelimit.rules.DescriptorEntry;
import io.tallygate.ratelimit.rules.OwnLimit;
import io.tallygate.ratelimit.rules.Unit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's {@code RateLimitRequest} in the JSON mapping of protocol buffers: a member has its name in the protocol or that in
 * camel case, a 64-bit integer may be a string, and a member that is not known is an error.
 */
final class EnvoyRequest {

    private static final long UNSIGNED_32_MAX = 0xffff_ffffL;

    private EnvoyRequest() {}

    /** A request that Envoy's reference service answers with an error. Carries no stack trace. */
    static final class UnreadableException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnreadableException(String message) {
            super(message, null, false, false);
        }
    }

    /** A descriptor whose hits are known once the whole request is. */
    private record Draft(List<DescriptorEntry> entries, @Nullable Long hits, boolean givesBack,
            @Nullable OwnLimit own) {

        private Descriptor counting(long hitsOfAll) {
            long count = hits == null ? hitsOfAll : hits;
            Descriptor descriptor = Descriptor.of(entries, givesBack ? -count : count).asEnvoyCounts();
            return own == null ? descriptor : descriptor.limitedBy(own);
        }
    }

    /**
     * Reads a request.
     *
     * @throws UnreadableException where the reference service has an error
     */
    static Check read(JsonParser in) throws IOException {
        String domain = "";
        List<Draft> drafts = new ArrayList<>();
        long hits = 0;
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            if (isNull(in)) {
                continue;
            }
            switch (name) {
                case "domain" -> domain = string(in);
                case "descriptors" -> elements(in, () -> drafts.add(descriptor(in)));
                case "hitsAddend", "hits_addend" -> hits = integer(in, UNSIGNED_32_MAX);
                default -> throw unknown(name);
            }
        }
        if (domain.isEmpty()) {
            throw new UnreadableException("rate limit domain must not be empty");
        }
        if (drafts.isEmpty()) {
            throw new UnreadableException("rate limit descriptor list must not be empty");
        }
        if (drafts.size() > Check.DESCRIPTORS_MAX) {
            throw new UnreadableException("there must be at most " + Check.DESCRIPTORS_MAX + " descriptors");
        }
        long hitsOfAll = Math.max(1, hits);
        return Check.of(domain, drafts.stream().map(draft -> draft.counting(hitsOfAll)).toList());
    }

    private static Draft descriptor(JsonParser in) throws IOException {
        List<DescriptorEntry> entries = new ArrayList<>();
        Long hits = null;
        boolean givesBack = false;
        OwnLimit own = null;
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            if (isNull(in)) {
                continue;
            }
            switch (name) {
                case "entries" -> elements(in, () -> entries.add(entry(in)));
                case "limit" -> own = limit(in);
                case "hitsAddend", "hits_addend" -> hits = integer(in, Limit.REQUESTS_MAX);
                case "isNegativeHits", "is_negative_hits" -> givesBack = bool(in);
                default -> throw unknown(name);
            }
        }
        return new Draft(entries, hits, givesBack, own);
    }

    private static DescriptorEntry entry(JsonParser in) throws IOException {
        String key = "";
        String value = "";
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            if (isNull(in)) {
                continue;
            }
            switch (name) {
                case "key" -> key = string(in);
                case "value" -> value = string(in);
                default -> throw unknown(name);
            }
        }
        return new DescriptorEntry(key, value);
    }

    private static OwnLimit limit(JsonParser in) throws IOException {
        require(in.currentToken() == JsonToken.START_OBJECT, in);
        long requests = 0;
        Optional<Unit> unit = Optional.empty();
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            if (isNull(in)) {
                continue;
            }
            switch (name) {
                case "requestsPerUnit", "requests_per_unit" -> requests = integer(in, UNSIGNED_32_MAX);
                case "unit" -> unit = Unit.of(string(in));
                default -> throw unknown(name);
            }
        }
        return new OwnLimit(requests, unit.orElseThrow(() -> new UnreadableException("limit.unit must be a unit")));
    }

    /** Reads one element of a list; the parser stands on it. */
    @FunctionalInterface
    private interface ElementReader {
        void read() throws IOException;
    }

    private static void elements(JsonParser in, ElementReader reader) throws IOException {
        require(in.currentToken() == JsonToken.START_ARRAY, in);
        while (in.nextToken() != JsonToken.END_ARRAY) {
            require(in.currentToken() == JsonToken.START_OBJECT, in);
            reader.read();
        }
    }

    /** Moves on to a member's value, and says whether that is null, which is as good as absent. */
    private static boolean isNull(JsonParser in) throws IOException {
        return in.nextToken() == JsonToken.VALUE_NULL;
    }

    private static String string(JsonParser in) throws IOException {
        require(in.currentToken() == JsonToken.VALUE_STRING, in);
        return in.getText();
    }

    private static boolean bool(JsonParser in) throws IOException {
        require(in.currentToken().isBoolean(), in);
        return in.getBooleanValue();
    }

    private static long integer(JsonParser in, long max) throws IOException {
        require(in.currentToken() == JsonToken.VALUE_NUMBER_INT || in.currentToken() == JsonToken.VALUE_STRING, in);
        try {
            long value = Long.parseLong(in.getText());
            require(value >= 0 && value <= max, in);
            return value;
        } catch (NumberFormatException e) {
            throw new UnreadableException("'" + in.getText() + "' is no integer");
        }
    }

    private static void require(boolean isRight, JsonParser in) throws IOException {
        if (!isRight) {
            throw new UnreadableException(in.currentName() + " cannot be '" + in.getText() + "'");
        }
    }

    private static UnreadableException unknown(String name) {
        return new UnreadableException("unknown member " + name);
    }
}
