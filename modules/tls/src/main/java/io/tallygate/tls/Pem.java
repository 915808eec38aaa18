package io.tallygate.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Reads PEM (RFC 7468). What is between and around the blocks is ignored. */
final class Pem {

    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PKCS8 = "PRIVATE KEY";
    private static final String PKCS1 = "RSA PRIVATE KEY";
    private static final String SEC1 = "EC PRIVATE KEY";

    private static final byte INTEGER = 0x02;
    private static final byte OCTET_STRING = 0x04;
    private static final byte SEQUENCE = 0x30;

    private Pem() {}

    /** All certificates; empty when there is none. */
    static List<X509Certificate> certificates(byte[] pem) throws GeneralSecurityException {
        var factory = CertificateFactory.getInstance("X.509");
        var certificates = new ArrayList<X509Certificate>();
        for (MatchResult block : blocks(pem)) {
            if (block.group(1).equals(CERTIFICATE)) {
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der(block))));
            }
        }
        return certificates;
    }

    /**
     * The private key: in PKCS #8, or as OpenSSL writes RSA and EC keys of old.
     *
     * @param owner the public key that it must belong to
     * @throws GeneralSecurityException when there is none, it is encrypted or of another kind, or belongs to another
     *     public key
     */
    static PrivateKey key(byte[] pem, PublicKey owner) throws GeneralSecurityException {
        for (MatchResult block : blocks(pem)) {
            byte[] pkcs8 = switch (block.group(1)) {
                case PKCS8 -> der(block);
                case PKCS1, SEC1 -> pkcs8(der(block), owner);
                default -> new byte[0];
            };
            if (pkcs8.length > 0) {
                PrivateKey key = KeyFactory.getInstance(owner.getAlgorithm())
                        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
                requirePair(key, owner);
                return key;
            }
        }
        throw new GeneralSecurityException("no private key that is not encrypted");
    }

    private static List<MatchResult> blocks(byte[] pem) {
        return BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1)).results().toList();
    }

    private static byte[] der(MatchResult block) throws GeneralSecurityException {
        try {
            return Base64.getMimeDecoder().decode(block.group(2));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("not Base64", e);
        }
    }

    private static void requirePair(PrivateKey key, PublicKey owner) throws GeneralSecurityException {
        byte[] text = {1};
        Signature signature = Signature.getInstance(switch (owner.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case String algorithm -> algorithm;
        });
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(owner);
        signature.update(text);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("the key of another certificate");
        }
    }

    /**
     * Wraps a key that does not name its algorithm into PKCS #8 (RFC 5958, 2), which does: the algorithm and its
     * parameters are those of the public key, whose encoding (RFC 5280, 4.1) begins with them.
     */
    private static byte[] pkcs8(byte[] key, PublicKey owner) {
        ByteBuffer subject = ByteBuffer.wrap(owner.getEncoded());
        enter(subject);
        int from = subject.position();
        int length = enter(subject);
        byte[] algorithm = Arrays.copyOfRange(subject.array(), from, subject.position() + length);
        return element(SEQUENCE, element(INTEGER, new byte[1]), algorithm, element(OCTET_STRING, key));
    }

    /** Moves to the content of the DER element that begins here, and returns its length. */
    private static int enter(ByteBuffer der) {
        der.get();
        int first = der.get() & 0xff;
        int length = first < 0x80 ? first : 0;
        for (int bytes = first < 0x80 ? 0 : first & 0x7f; bytes > 0; bytes--) {
            length = (length << 8) | (der.get() & 0xff);
        }
        return length;
    }

    private static byte[] element(byte tag, byte[]... contents) {
        var content = new ByteArrayOutputStream();
        for (byte[] part : contents) {
            content.writeBytes(part);
        }
        int size = content.size();
        var element = new ByteArrayOutputStream();
        element.write(tag);
        if (size < 0x80) {
            element.write(size);
        } else {
            int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(size) + Byte.SIZE - 1) / Byte.SIZE;
            element.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                element.write(size >> (i * Byte.SIZE));
            }
        }
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }
}
