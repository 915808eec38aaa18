package io.tallygate.access;

import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
        byte[] digest = sha256(secret);
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
        if (tokens.isEmpty() && !isLoopback(setting, host)) {
            throw new IllegalArgumentException(setting + " is " + host
                    + ", which others can reach, and no token is configured: set tallygate.tokens.<name>.sha256"
                    + " and .scopes, or set " + setting + " to 127.0.0.1");
        }
    }

    private static boolean isLoopback(String setting, String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!address.isLoopbackAddress()) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(setting + ": " + host + " is not a host that this machine knows", e);
        }
    }

    private static byte[] sha256(byte[] secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
