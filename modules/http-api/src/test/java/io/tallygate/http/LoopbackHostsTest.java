package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LoopbackHostsTest {

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:8080", "LOCALHOST", "localhost.", "a.localhost:1", "127.0.0.1",
            "127.0.0.1:8080", "127.255.3.4", "[::1]", "[::1]:8080", "[0:0:0:0:0:0:0:1]", "localhost:"})
    void contain_loopback_isTrue(String host) {
        assertThat(LoopbackHosts.contain(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":8080", "example.com", "localhost.example.com", "notlocalhost",
            "127.0.0.1.example.com",
            "10.0.0.1", "0.0.0.0", "[::]", "[::2]:80", "[fe80::1]", "::1", "localhost:80:80", "a@localhost",
            "127.0.0.1@example.com", "localhost/", "[::1", "localhost, example.com"})
    void contain_other_isFalse(String host) {
        assertThat(LoopbackHosts.contain(host)).isFalse();
    }
}
