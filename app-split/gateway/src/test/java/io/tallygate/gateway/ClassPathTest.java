package io.tallygate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway keeps nothing, because there is nothing on its class path that could. */
final class ClassPathTest {

    @ParameterizedTest
    @ValueSource(strings = {"io/tallygate/storage/sql", "io/tallygate/storage/redis", "org/sqlite", "org/postgresql",
            "com/zaxxer/hikari", "io/lettuce"})
    void storage_always_isAbsent(String folder) {
        assertThat(getClass().getClassLoader().getResource(folder)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"io/tallygate/http", "io/tallygate/grpc/client", "io/tallygate/grpc/connect"})
    void whatItIsMadeOf_always_isThere(String folder) {
        assertThat(getClass().getClassLoader().getResource(folder)).isNotNull();
    }
}
