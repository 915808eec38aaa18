package io.tallygate.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokensTest {

    private static final Tokens NONE = new Tokens(List.of());

    private static String sha256(String secret) throws Exception {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static Tokens tokens() throws Exception {
        return new Tokens(List.of(new Token("reader", sha256("r-secret"), List.of("read")),
                new Token("writer", sha256("w-secret"), List.of("write", " ADMIN "))));
    }

    @Test
    void presented_validToken_isFoundWithItsScopes() throws Exception {
        Token found = tokens().presented("bearer  w-secret ");

        assertThat(found).isNotNull();
        assertThat(found.name()).isEqualTo("writer");
        assertThat(found.allows(Scope.WRITE)).isTrue();
        assertThat(found.allows(Scope.ADMIN)).isTrue();
        assertThat(found.allows(Scope.READ)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer x-secret", "Bearer ", "Bearer", "Basic r-secret", "r-secret", ""})
    void presented_anythingElse_isNoToken(String authorization) throws Exception {
        assertThat(tokens().presented(authorization)).isNull();
        assertThat(tokens().presented(null)).isNull();
    }

    @Test
    void requireLoopback_withoutTokens_refusesWhatOthersCanReach() {
        for (String host : List.of("0.0.0.0", "::", "192.0.2.1")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> NONE.requireLoopbackWithoutTokens("tallygate.x", host))
                    .withMessageStartingWith("tallygate.x is '" + host).withMessageContaining("tallygate.tokens");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NONE.requireLoopbackWithoutTokens("tallygate.x", "no-such-host.invalid"))
                .withMessageStartingWith("tallygate.x is 'no-such-host.invalid'");
        for (String host : List.of("127.0.0.1", "localhost", "::1", "127.3.2.1")) {
            assertThatCode(() -> NONE.requireLoopbackWithoutTokens("tallygate.x", host)).doesNotThrowAnyException();
        }
    }

    @Test
    void requireLoopback_withTokens_allowsEveryHost() throws Exception {
        tokens().requireLoopbackWithoutTokens("tallygate.x", "0.0.0.0");

        assertThat(tokens().isEmpty()).isFalse();
        assertThat(NONE.isEmpty()).isTrue();
    }

    @Test
    void token_wrong_namesTheSettingAndNeverTheSecret() {
        assertRefused("N", "0".repeat(64), List.of("read"), "tallygate.tokens.N");
        assertRefused("t", null, List.of("read"), "tallygate.tokens.t.sha256");
        assertRefused("t", "secret", List.of("read"), "tallygate.tokens.t.sha256");
        assertRefused("t", "x".repeat(64), List.of("read"), "tallygate.tokens.t.sha256");
        assertRefused("t", "0".repeat(64), List.of("reed"), "tallygate.tokens.t.scopes");
        assertRefused("t", "0".repeat(64), List.of(), "tallygate.tokens.t.scopes");
        assertRefused("t", "0".repeat(64), null, "tallygate.tokens.t.scopes");
    }

    private static void assertRefused(String name, @Nullable String sha256, @Nullable List<String> scopes,
            String setting) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Token(name, sha256, scopes))
                .withMessageStartingWith(setting).withMessageNotContaining("secret");
    }
}
