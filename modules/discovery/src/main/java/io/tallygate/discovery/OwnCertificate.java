package io.tallygate.discovery;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
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
@Requires(property = OwnCertificate.CERTIFICATE)
@Requires(property = OwnCertificate.KEY)
final class OwnCertificate {

    static final String CERTIFICATE = "tallygate.grpc.tls.certificate";
    static final String KEY = "tallygate.grpc.tls.key";

    private final PemFiles<Identity> files;
    private final SslContext context;

    OwnCertificate(@Property(name = CERTIFICATE) String certificate, @Property(name = KEY) String key) {
        this.files = PemFiles.identity(new PemFile(CERTIFICATE, Path.of(certificate)),
                new PemFile(KEY, Path.of(key)));
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
