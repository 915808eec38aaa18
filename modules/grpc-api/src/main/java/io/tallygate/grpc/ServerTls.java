package io.tallygate.grpc;

import io.grpc.ServerBuilder;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.context.exceptions.ConfigurationException;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.tallygate.kernel.CommonSettings;
import io.tallygate.tls.Identity;
import io.tallygate.tls.PemFile;
import io.tallygate.tls.PemFiles;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Lets the server speak TLS, and nothing else, with the certificate in {@code tallygate.grpc.tls.certificate}. Where
 * {@code tallygate.grpc.tls.client-ca} is set, only clients get a connection whose certificate it vouches for. New
 * connections see the latest files, open ones go on.
 */
@Singleton
@Requires(property = CommonSettings.GRPC_CERTIFICATE_NAME)
final class ServerTls implements BeanCreatedEventListener<ServerBuilder<?>> {

    static final String CLIENT_CA = "tallygate.grpc.tls.client-ca";

    private final PemFiles<Identity> identity;
    private final @Nullable PemFiles<List<X509Certificate>> clientAuthorities;

    ServerTls(@Property(name = CommonSettings.GRPC_CERTIFICATE_NAME) String certificate,
            @Property(name = CommonSettings.GRPC_KEY_NAME) @Nullable String key,
            @Property(name = CLIENT_CA) @Nullable String clientCa) {
        if (key == null) {
            throw new ConfigurationException(
                    CommonSettings.GRPC_KEY_NAME + " is missing: TLS needs a certificate and its private key");
        }
        this.identity = PemFiles.identity(new PemFile(CommonSettings.GRPC_CERTIFICATE_NAME, Path.of(certificate)),
                new PemFile(CommonSettings.GRPC_KEY_NAME, Path.of(key)));
        this.clientAuthorities = clientCa == null
                ? null
                : PemFiles.authorities(new PemFile(CLIENT_CA, Path.of(clientCa)));
    }

    @Override
    public ServerBuilder<?> onCreated(BeanCreatedEvent<ServerBuilder<?>> event) {
        ServerBuilder<?> builder = event.getBean();
        if (builder instanceof NettyServerBuilder netty) {
            secure(netty, clientAuthorities);
        }
        return builder;
    }

    /** Lets another server speak TLS as the first one does. */
    void secure(NettyServerBuilder netty) {
        secure(netty, clientAuthorities);
    }

    /** Lets another server speak TLS with the same certificate, and take clients that show none. */
    void secureForAnyone(NettyServerBuilder netty) {
        secure(netty, null);
    }

    /** For HTTP/1.1, with the same certificate. */
    SslContext http(boolean forAnyone) {
        try {
            return context(forAnyone ? null : clientAuthorities).build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void secure(NettyServerBuilder netty, @Nullable PemFiles<List<X509Certificate>> authorities) {
        try {
            netty.sslContext(GrpcSslContexts.configure(context(authorities)).build());
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    private SslContextBuilder context(@Nullable PemFiles<List<X509Certificate>> authorities) {
        var keys = new AdvancedTlsX509KeyManager();
        identity.follow(now -> keys.updateIdentityCredentials(now.chain().toArray(X509Certificate[]::new), now.key()));
        SslContextBuilder context = SslContextBuilder.forServer(keys);
        if (authorities != null) {
            context.clientAuth(ClientAuth.REQUIRE).trustManager(trust(authorities));
        }
        return context;
    }

    private static AdvancedTlsX509TrustManager trust(PemFiles<List<X509Certificate>> authorities) {
        try {
            var trust = AdvancedTlsX509TrustManager.newBuilder()
                    .setVerification(Verification.CERTIFICATE_ONLY_VERIFICATION).build();
            authorities.follow(now -> update(trust, now));
            return trust;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void update(AdvancedTlsX509TrustManager trust, List<X509Certificate> authorities) {
        try {
            trust.updateTrustCredentials(authorities.toArray(X509Certificate[]::new));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a key store in memory takes every certificate", e);
        }
    }

    /** Looks at the files now. */
    void look() {
        identity.look();
        if (clientAuthorities != null) {
            clientAuthorities.look();
        }
    }

    @PreDestroy
    void close() {
        identity.close();
        if (clientAuthorities != null) {
            clientAuthorities.close();
        }
    }
}
