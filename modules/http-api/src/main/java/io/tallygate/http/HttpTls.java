package io.tallygate.http;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.http.server.netty.ssl.ServerSslBuilder;
import io.micronaut.http.ssl.ServerSslConfiguration;
import io.netty.handler.ssl.SslContext;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Lets the server speak TLS, and nothing else, on its own port where there is an {@link HttpCertificate}. */
@Singleton
@Requires(property = HttpCertificate.CERTIFICATE, classes = ServerSslBuilder.class)
final class HttpTls implements ServerSslBuilder {

    private final ServerSslConfiguration configuration = new ServerSslConfiguration();

    @SuppressWarnings("deprecation") // The server asks nothing else which port its TLS is on.
    HttpTls(HttpServerConfiguration server) {
        configuration.setEnabled(true);
        configuration.setKeyName(HttpCertificate.NAME);
        server.getPort().ifPresent(configuration::setPort);
    }

    @Override
    public ServerSslConfiguration getSslConfiguration() {
        return configuration;
    }

    /** Nothing: the server makes its own of what {@link HttpCertificate} hands over. */
    @Override
    public Optional<SslContext> build() {
        return Optional.empty();
    }
}
