package io.tallygate.kernel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class Sha256Test {

    /** The first example of NIST's for SHA-256. */
    private static final String OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void hex_ofAKnownText_isItsDigest() {
        assertThat(Sha256.hex("abc".getBytes(US_ASCII))).isEqualTo(OF_ABC);
    }

    @Test
    void base64url_ofAKnownText_isItsDigest() {
        assertThat(Sha256.base64url("abc".getBytes(US_ASCII))).isEqualTo("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
    }

    @Test
    void of_aKnownText_isTheSame() {
        assertThat(HexFormat.of().formatHex(Sha256.of("abc".getBytes(US_ASCII)))).isEqualTo(OF_ABC);
    }
}
