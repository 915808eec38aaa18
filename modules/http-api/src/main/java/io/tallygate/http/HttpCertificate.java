package io.tallygate.http;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.http.server.netty.NettyHttpServer;
import io.micronaut.http.ssl.CertificateProvider;
import io.tallygate.tls.Identity;
import io.tallygate.tls.PemFile;
import io.tallygate.tls.PemFiles;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Sinks;

/**
 * The certificate that HTTP is served with over TLS, as the framework asks for it. New connections get the latest one,
 * open ones go on. Made before the server, whose start would hide why it fails.
 */
@Context
@Named(HttpCertificate.NAME)
@Requires(property = HttpCertificate.CERTIFICATE, classes = NettyHttpServer.class)
final class HttpCertificate implements CertificateProvider {

    static final String NAME = "tallygate-http";
    static final String CERTIFICATE = "tallygate.http.tls.certificate";

    static final String KEY = "tallygate.http.tls.key";
    private static final String ENTRY = "key";

    private final Sinks.Many<KeyStore> stores = Sinks.many().replay().latest();
    private final PemFiles<Identity> files;

    HttpCertificate(@Property(name = CERTIFICATE) String certificate, @Property(name = KEY) @Nullable String key) {
        if (key == null) {
            throw new ConfigurationException(KEY + " is missing: TLS needs a certificate and its private key");
        }
        this.files = PemFiles.identity(new PemFile(CERTIFICATE, Path.of(certificate)),
                new PemFile(KEY, Path.of(key)));
        files.follow(identity -> stores.tryEmitNext(store(identity)).orThrow());
    }

    private static KeyStore store(Identity identity) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(ENTRY, identity.key(), null, identity.chain().toArray(X509Certificate[]::new));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a key store in memory takes every key", e);
        }
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public Publisher<KeyStore> getKeyStore() {
        return stores.asFlux();
    }

    /** Looks at the files now. */
    void look() {
        files.look();
    }

    @PreDestroy
    void close() {
        files.close();
    }
}
