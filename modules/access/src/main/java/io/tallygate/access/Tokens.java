package io.tallygate.access;

import io.tallygate.kernel.Sha256;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tokens that are configured. Without any, every call is allowed, and only from this machine. Immutable. */
@Singleton
public final class Tokens {

    private static final String SCHEME = "Bearer ";

    private final List<Token> tokens;

    public Tokens(List<Token> tokens) {
        this.tokens = List.copyOf(tokens);
    }

    /** Whether callers need no token. */
    public boolean isEmpty() {
        return tokens.isEmpty();
    }

    /**
     * The token that a caller presents, null when it is none of these. Looks at every token, so that the time does not
     * tell which one came close.
     *
     * @param authorization the value of the header or metadata entry {@code authorization}
     */
    public @Nullable Token presented(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        byte[] secret = authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.ISO_8859_1);
        byte[] digest = Sha256.of(secret);
        Token found = null;
        for (Token token : tokens) {
            if (token.hasDigest(digest)) {
                found = token;
            }
        }
        return found;
    }

    /**
     * Refuses that anyone could reach a server which asks nobody for a token.
     *
     * @param setting the name of the setting that holds the host
     * @throws IllegalArgumentException when there are no tokens and the host is not of this machine alone
     */
    public void requireLoopbackWithoutTokens(String setting, String host) {
        if (tokens.isEmpty()) {
            Loopback.require(setting, host);
        }
    }
}
