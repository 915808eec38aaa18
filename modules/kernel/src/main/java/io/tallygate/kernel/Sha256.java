package io.tallygate.kernel;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** The digest SHA-256 (FIPS 180-4), which every Java platform has. */
public final class Sha256 {

    private Sha256() {}

    /** A digest of nothing yet. */
    public static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** 32 bytes. */
    public static byte[] of(byte[] content) {
        return start().digest(content);
    }

    /** 64 hexadecimal digits, the letters small. */
    public static String hex(byte[] content) {
        return HexFormat.of().formatHex(of(content));
    }

    /** 43 letters, digits, hyphens and underscores: Base64 for addresses and file names (RFC 4648), without padding. */
    public static String base64url(byte[] content) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(of(content));
    }
}
