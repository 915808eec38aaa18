package io.tallygate.discovery;

import io.micronaut.discovery.consul.ConsulConfiguration;
import io.micronaut.http.client.HttpVersionSelection;
import java.time.Duration;
import java.util.List;

/** How the agent is asked: as our settings say, and within bounds. */
final class AgentConfiguration extends ConsulConfiguration {

    /** Of an answer, and of a connection. Short, because a stop may have to wait for one request and then make another. */
    static final Duration ANSWER_MAX = Duration.ofSeconds(2);

    AgentConfiguration(RegistrationSettings settings) {
        setConnectTimeout(ANSWER_MAX);
        setReadTimeout(ANSWER_MAX);
        // Otherwise each request would offer to go on in HTTP/2, which the agent does not speak without TLS.
        setAlpnModes(List.of(HttpVersionSelection.ALPN_HTTP_1));
        settings.token().ifPresent(this::setAslToken);
    }

    /** Without the token, which belongs into no log. */
    @Override
    public String toString() {
        return "AgentConfiguration";
    }
}
