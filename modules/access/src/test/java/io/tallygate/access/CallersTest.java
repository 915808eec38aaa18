package io.tallygate.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Sha256;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CallersTest {

    private static final InetAddress PROXY = InetAddress.ofLiteral("10.0.0.1");
    private static final InetAddress STRANGER = InetAddress.ofLiteral("192.0.2.1");

    private final Callers callers = new Callers(
            new Tokens(
                    List.of(new Token("ann", Sha256.hex("secret".getBytes(StandardCharsets.UTF_8)), List.of("write")))),
            TrustedProxies.SETTING.parse("10.0.0.0/8"), Optional.of("X-User"));

    private static Callers.Fields fields(Map<String, List<String>> values) {
        return name -> values.getOrDefault(name, List.of());
    }

    @Test
    void of_aProxy_believesWhatItSays() {
        var caller = callers.of(PROXY, "Bearer secret",
                fields(Map.of("X-Forwarded-For", List.of("203.0.113.9"), "X-User", List.of("eve"))));
        assertThat(caller.address()).isEqualTo(InetAddress.ofLiteral("203.0.113.9"));
        assertThat(caller.user()).isEqualTo("eve");
        assertThat(caller.has(Scope.WRITE)).isTrue();
        assertThat(caller.has(Scope.ADMIN)).isFalse();
    }

    @Test
    void of_anyoneElse_isThePeerAndItsToken() {
        var caller = callers.of(STRANGER, "Bearer secret",
                fields(Map.of("X-Forwarded-For", List.of("203.0.113.9"), "X-User", List.of("eve"))));
        assertThat(caller.address()).isEqualTo(STRANGER);
        assertThat(caller.user()).isEqualTo("ann");
    }

    @Test
    void of_whatIsNoUser_isTheToken() {
        assertThat(callers.of(PROXY, "Bearer secret", fields(Map.of("X-User", List.of("a\nb")))).user())
                .isEqualTo("ann");
        assertThat(callers.of(PROXY, "Bearer secret", fields(Map.of("X-User", List.of("")))).user()).isEqualTo("ann");
    }

    @Test
    void of_nobody_isNobody() {
        var caller = callers.of(null, null, fields(Map.of()));
        assertThat(caller.address()).isNull();
        assertThat(caller.user()).isNull();
        assertThat(caller.has(Scope.READ)).isFalse();
        assertThat(callers.of(STRANGER, "Bearer wrong", fields(Map.of())).user()).isNull();
    }
}
