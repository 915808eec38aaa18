package io.tallygate.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tallygate.kernel.CommonSettings;
import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TokenSettingGroupTest {

    private static final String SHA256 = "tallygate.tokens.shop.sha256";
    private static final String SCOPES = "tallygate.tokens.shop.scopes";
    private static final String DIGEST = "0a".repeat(32);

    private final Settings settings = Settings.of(List.of(new TokenSettingGroup()));

    @Test
    void complete_wholeToken_isTaken() {
        Map<String, String> values = complete(Map.of(SHA256, DIGEST, SCOPES, "read, admin"));
        assertThat(values).containsEntry(SCOPES, "read, admin");
        assertThat(TokenSettingGroup.isThereAToken(values)).isTrue();
        assertThat(TokenSettingGroup.isThereAToken(complete(Map.of()))).isFalse();
    }

    @Test
    void complete_halfAToken_namesTheOtherHalf() {
        assertWrong(Map.of(SHA256, DIGEST), SCOPES + " is missing: a token needs both .sha256 and .scopes");
        assertWrong(Map.of(SCOPES, "read"), SHA256 + " is missing: a token needs both .sha256 and .scopes");
    }

    @Test
    void complete_wrongToken_showsNoSecret() {
        assertWrong(Map.of(SHA256, "hush", SCOPES, "read"),
                SHA256 + " is '…', must be the token's SHA-256 as 64 hexadecimal digits");
        assertWrong(Map.of(SHA256, DIGEST, SCOPES, "reed"),
                SCOPES + " is 'reed', must be some of read, write, admin and priority, by comma");
    }

    @Test
    void requireLoopback_withoutTokens_refusesWhatOthersReach() {
        Map<String, String> none = Map.of();
        assertThatExceptionOfType(WrongSettingException.class).isThrownBy(
                () -> TokenSettingGroup.requireLoopbackWithoutTokens(CommonSettings.HOST, "0.0.0.0", none))
                .withMessageStartingWith("tallygate.host is '0.0.0.0'");
        TokenSettingGroup.requireLoopbackWithoutTokens(CommonSettings.HOST, "127.0.0.1", none);
        TokenSettingGroup.requireLoopbackWithoutTokens(CommonSettings.HOST, "0.0.0.0",
                complete(Map.of(SHA256, DIGEST, SCOPES, "read")));
    }

    private Map<String, String> complete(Map<String, String> given) {
        return settings.complete(given, warning -> assertThat(warning).isNull());
    }

    private void assertWrong(Map<String, String> given, String message) {
        assertThatExceptionOfType(WrongSettingException.class).isThrownBy(() -> complete(given)).withMessage(message);
    }
}
