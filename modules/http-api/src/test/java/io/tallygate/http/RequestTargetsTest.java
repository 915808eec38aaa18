package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestTargetsTest {

    @Test
    void encoded_whatBrowsersLeaveAsItIs_isEncoded() {
        assertThat(RequestTargets.encoded("/a|b[c]d\\e^f{g}h\"i<j>k`l?q=|"))
                .isEqualTo("/a%7Cb%5Bc%5Dd%5Ce%5Ef%7Bg%7Dh%22i%3Cj%3Ek%60l?q=%7C");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/v1/counter/a%7Cb/c?x=1&y=%20", "/a b", "/a%", "/%zz", "/a\u0001\u007f",
            "http://[::1]:8080/a|b", "*", "", "//a/b", "/!$&'()*+,;=:@-._~"})
    void encoded_anythingElse_staysAsItIs(String target) {
        assertThat(RequestTargets.encoded(target)).isEqualTo(target);
    }

    @Test
    void encoded_charactersBeyondAscii_areEncodedAsUtf8() {
        assertThat(RequestTargets.encoded("/ü/😀")).isEqualTo("/%C3%BC/%F0%9F%98%80");
        String asRead = new String("/ü/😀".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(RequestTargets.encodedBytes(asRead)).isEqualTo("/%C3%BC/%F0%9F%98%80");
    }
}
