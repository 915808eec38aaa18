package io.tallygate.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LoopbackTest {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.3.2.1", "::1", "[::1]", "0:0:0:0:0:0:0:1", "localhost"})
    void require_ofThisMachineAlone_accepts(String host) {
        assertThatCode(() -> Loopback.require("tallygate.x", host)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "2001:db8::1"})
    void require_whatOthersReach_saysWhatToDo(String host) {
        assertThatIllegalArgumentException().isThrownBy(() -> Loopback.require("tallygate.x", host))
                .withMessageStartingWith("tallygate.x is '" + host + "'").withMessageContaining("tallygate.tokens");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST", "localhost.", "app.localhost", "127.0.0.1", "127.9.9.9", "[::1]",
            "::1"})
    void isLocal_thisMachine_holds(String host) {
        assertThat(Loopback.isLocal(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost.example.com", "notlocalhost", "127.example.com", "128.0.0.1", "0.0.0.0",
            "[::2]", "["})
    void isLocal_anythingElse_doesNot(String host) {
        assertThat(Loopback.isLocal(host)).isFalse();
    }
}
