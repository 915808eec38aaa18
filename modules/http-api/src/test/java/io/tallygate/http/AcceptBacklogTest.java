package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.netty.channel.ChannelOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class AcceptBacklogTest {

    @Test
    void server_hasTheBacklogThatIsSet() {
        try (var server = new TestServer(Map.of("tallygate.http.accept-backlog", "7"))) {
            assertThat(backlog(server)).isEqualTo(7);
        }
        try (var server = new TestServer(Map.of())) {
            assertThat(backlog(server)).isEqualTo(1024);
        }
    }

    private static Object backlog(TestServer server) {
        return server.server.getApplicationContext().getBean(NettyHttpServerConfiguration.class).getOptions()
                .getOrDefault(ChannelOption.SO_BACKLOG, "none");
    }
}
