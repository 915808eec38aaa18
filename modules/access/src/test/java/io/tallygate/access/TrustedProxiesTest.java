package io.tallygate.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.WrongSettingException;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TrustedProxiesTest {

    private static final TrustedProxies PROXIES = TrustedProxies.SETTING.parse("10.0.0.0/8, 192.0.2.7, 2001:db8::/33");

    private static String client(String peer, String... forwardedFor) {
        return PROXIES.clientOf(InetAddress.ofLiteral(peer), List.of(forwardedFor)).getHostAddress();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            10.1.2.3  | 203.0.113.9                     | 203.0.113.9
            10.1.2.3  | 198.51.100.1, 203.0.113.9       | 203.0.113.9
            10.1.2.3  | 198.51.100.1, 192.0.2.7, 10.9.9.9 | 198.51.100.1
            10.1.2.3  | 10.4.4.4, 10.5.5.5              | 10.4.4.4
            10.1.2.3  | 203.0.113.9:4711                | 203.0.113.9
            10.1.2.3  | [2001:db9::1]:4711              | 2001:db9:0:0:0:0:0:1
            10.1.2.3  | [2001:db9::1]                   | 2001:db9:0:0:0:0:0:1
            10.1.2.3  | ::ffff:203.0.113.9              | 203.0.113.9
            2001:db8:7fff::1 | 203.0.113.9              | 203.0.113.9
            2001:db8:8000::1 | 203.0.113.9              | 2001:db8:8000:0:0:0:0:1
            203.0.113.5 | 198.51.100.1                  | 203.0.113.5
            192.0.2.8 | 198.51.100.1                    | 192.0.2.8
            """)
    void client_isTheLastThatNoTrustedProxyIs(String peer, String forwardedFor, String client) {
        assertThat(client(peer, forwardedFor)).isEqualTo(client);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "localhost", "", ",", "203.0.113.9,", "256.1.1.1", "1.2.3", "_hidden",
            "203.0.113.9 10.1.1.1", "[::1", "203.0.113.9:x"})
    void client_whereAProxySaysNoAddress_isThePeer(String forwardedFor) {
        assertThat(client("10.1.2.3", forwardedFor)).isEqualTo("10.1.2.3");
    }

    @Test
    void client_ofSeveralLines_isReadFromTheLastOne() {
        assertThat(client("10.1.2.3", "198.51.100.1", "203.0.113.9, 10.2.2.2")).isEqualTo("203.0.113.9");
        assertThat(client("10.1.2.3")).isEqualTo("10.1.2.3");
        assertThat(TrustedProxies.NONE.clientOf(InetAddress.ofLiteral("10.1.2.3"), List.of("203.0.113.9"))
                .getHostAddress()).isEqualTo("10.1.2.3");
    }

    @Test
    void client_behindMoreProxiesThanAreRead_isOneOfThem() {
        assertThat(client("10.1.2.3", "203.0.113.9" + ", 10.1.1.1".repeat(100))).isEqualTo("10.1.1.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "proxy.example", "10.0.0.1,,10.0.0.2",
            "2001:db8::/129", "10.0.0.0/8/8"})
    void setting_thatIsNoListOfNetworks_isWrong(String text) {
        assertThatThrownBy(() -> TrustedProxies.SETTING.parse(text)).isInstanceOf(WrongSettingException.class)
                .hasMessageContaining("must be addresses or networks such as 10.0.0.0/8 or ::1, by comma");
    }
}
