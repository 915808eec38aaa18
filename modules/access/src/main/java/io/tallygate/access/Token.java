package io.tallygate.access;

import io.micronaut.context.annotation.ConfigurationInject;
import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A token that callers may present, known by its digest alone: {@code tallygate.tokens.<name>}. Immutable. */
@EachProperty(Token.SETTINGS)
public final class Token {

    /** What the names of all tokens' settings start with. */
    static final String SETTINGS = "tallygate.tokens";

    private static final String PREFIX = SETTINGS + ".";
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,32}");
    private static final int SHA256_HEX_DIGITS = 64;

    private final String name;
    private final byte[] sha256;
    private final Set<Scope> scopes;

    /**
     * @param name   1 to 32 lower-case letters, digits and hyphens; part of its callers' idempotency keys
     * @param sha256 the token's SHA-256, as 64 hexadecimal digits
     * @param scopes read, write, admin, priority
     * @throws IllegalArgumentException naming the setting that is wrong, as {@code tallygate.tokens.…}
     */
    @ConfigurationInject
    public Token(@Parameter String name, @Nullable String sha256, @Nullable List<String> scopes) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    PREFIX + name + ": a token's name must be 1 to 32 of a-z, 0-9 and hyphen");
        }
        this.name = name;
        this.sha256 = digest(name, sha256);
        this.scopes = scopes(name, scopes);
    }

    private static byte[] digest(String name, @Nullable String sha256) {
        if (sha256 != null && sha256.length() == SHA256_HEX_DIGITS) {
            try {
                return HexFormat.of().parseHex(sha256);
            } catch (IllegalArgumentException e) {
                // Told below, without showing what may be a secret in the wrong place.
            }
        }
        throw new IllegalArgumentException(
                PREFIX + name + ".sha256 must be the token's SHA-256, as 64 hexadecimal digits");
    }

    private static Set<Scope> scopes(String name, @Nullable List<String> names) {
        var scopes = EnumSet.noneOf(Scope.class);
        for (String scope : names == null ? List.<String>of() : names) {
            try {
                scopes.add(Scope.valueOf(scope.strip().toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(PREFIX + name + ".scopes: " + scope
                        + " is no scope; those are " + Arrays.toString(Scope.values()).toLowerCase(Locale.ROOT), e);
            }
        }
        if (scopes.isEmpty()) {
            throw new IllegalArgumentException(
                    PREFIX + name + ".scopes must name at least one of read, write, admin, priority");
        }
        return scopes;
    }

    /** What its owner calls it. */
    public String name() {
        return name;
    }

    /** Compares in constant time. */
    boolean hasDigest(byte[] other) {
        return MessageDigest.isEqual(sha256, other);
    }

    /** Whether it has the scope. */
    public boolean allows(Scope scope) {
        return scopes.contains(scope);
    }
}
