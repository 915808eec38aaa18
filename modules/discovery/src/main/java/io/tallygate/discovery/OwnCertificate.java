package io.tallygate.discovery;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.tallygate.kernel.CommonSettings;
import io.tallygate.tls.Identity;
import io.tallygate.tls.PemFile;
import io.tallygate.tls.PemFiles;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;

/**
 * What this process needs to ask its own server over TLS. It trusts whoever answers there, and shows the server's own
 * certificate, which has to do where clients must have one.
 */
@Singleton
@Requires(property = CommonSettings.GRPC_CERTIFICATE_NAME)
@Requires(property = CommonSettings.GRPC_KEY_NAME)
final class OwnCertificate {

    private final PemFiles<Identity> files;
    private final SslContext context;

    OwnCertificate(@Property(name = CommonSettings.GRPC_CERTIFICATE_NAME) String certificate,
            @Property(name = CommonSettings.GRPC_KEY_NAME) String key) {
        this.files = PemFiles.identity(new PemFile(CommonSettings.GRPC_CERTIFICATE_NAME, Path.of(certificate)),
                new PemFile(CommonSettings.GRPC_KEY_NAME, Path.of(key)));
        var keys = new AdvancedTlsX509KeyManager();
        files.follow(now -> keys.updateIdentityCredentials(now.chain().toArray(X509Certificate[]::new), now.key()));
        try {
            this.context = GrpcSslContexts.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .keyManager(keys).build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    SslContext context() {
        return context;
    }

    @PreDestroy
    void close() {
        files.close();
    }
}
