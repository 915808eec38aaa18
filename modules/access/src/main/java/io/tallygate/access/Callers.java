package io.tallygate.access;

import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out who calls, as far as that is told, whichever protocol tells it. Thread-safe. */
public final class Callers {

    private static final String FORWARDED_FOR = "X-Forwarded-For";

    private final Tokens tokens;
    private final TrustedProxies proxies;
    private final @Nullable String userHeader;

    /** @param userHeader by which trusted proxies say who the user is */
    public Callers(Tokens tokens, TrustedProxies proxies, Optional<String> userHeader) {
        this.tokens = tokens;
        this.proxies = proxies;
        this.userHeader = userHeader.orElse(null);
    }

    /** What a request says in front of its body. */
    @FunctionalInterface
    public interface Fields {

        /** The values of a name, which is in any case, in the order in which they came. */
        List<String> all(String name);
    }

    /**
     * One caller.
     *
     * @param address where the request comes from; null where nothing tells
     * @param token   the one that was presented, if it is valid; whether it allows the call is not known
     * @param user    null when nobody says who it is
     */
    public record Caller(@Nullable InetAddress address, @Nullable Token token, @Nullable String user) {

        /** Whether a token was presented that has the scope. */
        public boolean has(Scope scope) {
            return token != null && token.allows(scope);
        }
    }

    /**
     * Who sent a request.
     *
     * @param peer          the other end of the connection; null where there is none
     * @param authorization the value of the field {@code authorization}; null without one
     */
    public Caller of(@Nullable InetAddress peer, @Nullable String authorization, Fields fields) {
        Token token = tokens.presented(authorization);
        String user = peer == null ? null : user(peer, fields);
        return new Caller(peer == null ? null : proxies.clientOf(peer, fields.all(FORWARDED_FOR)), token,
                user == null && token != null ? token.name() : user);
    }

    private @Nullable String user(InetAddress peer, Fields fields) {
        List<String> users = userHeader == null || !proxies.trusts(peer) ? List.of() : fields.all(userHeader);
        if (users.isEmpty()) {
            return null;
        }
        try {
            Ids.require("user", users.getFirst());
            return users.getFirst();
        } catch (InvalidInputException e) {
            return null;
        }
    }
}
