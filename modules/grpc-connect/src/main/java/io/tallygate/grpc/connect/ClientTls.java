package io.tallygate.grpc.connect;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.tallygate.tls.Identity;
import io.tallygate.tls.PemFile;
import io.tallygate.tls.PemFiles;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * How connections to a service are encrypted: whom they trust, which name an instance's certificate must have, and what
 * this side proves itself with. Files are read again when they change; new connections see the latest, open ones go on.
 * Thread-safe.
 */
public final class ClientTls implements AutoCloseable {

    private final PemFiles<List<X509Certificate>> authorities;
    private final Optional<PemFiles<Identity>> identity;
    private final Optional<String> serverName;
    private final SslContext context;

    private ClientTls(PemFiles<List<X509Certificate>> authorities, Optional<PemFiles<Identity>> identity,
            Optional<String> serverName) {
        this.authorities = authorities;
        this.identity = identity;
        this.serverName = serverName;
        SslContextBuilder builder = GrpcSslContexts.forClient().trustManager(trust(authorities));
        identity.ifPresent(files -> builder.keyManager(keys(files)));
        try {
            this.context = builder.build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Trusts instances whose certificate one of these authorities vouches for.
     *
     * @param authorities certificates, in one file
     * @param identity    shown to services that ask for it: a certificate with its chain, then its private key
     * @param serverName  the name that the certificate of each instance must have; without one it is the name or address
     *     that the instance is connected by
     * @throws IllegalArgumentException whose message starts with the setting of the file that cannot be read or used
     */
    public static ClientTls of(PemFile authorities, Optional<KeyPairFiles> identity, Optional<String> serverName) {
        PemFiles<List<X509Certificate>> trusted = PemFiles.authorities(authorities);
        try {
            return new ClientTls(trusted,
                    identity.map(files -> PemFiles.identity(files.certificate(), files.key())), serverName);
        } catch (IllegalArgumentException e) {
            trusted.close();
            throw e;
        }
    }

    /** The files of a certificate with its chain and of its private key. */
    public record KeyPairFiles(PemFile certificate, PemFile key) {}

    private static AdvancedTlsX509TrustManager trust(PemFiles<List<X509Certificate>> authorities) {
        try {
            var trust = AdvancedTlsX509TrustManager.newBuilder()
                    .setVerification(Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION).build();
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

    private static AdvancedTlsX509KeyManager keys(PemFiles<Identity> identity) {
        var keys = new AdvancedTlsX509KeyManager();
        identity.follow(
                now -> keys.updateIdentityCredentials(now.chain().toArray(X509Certificate[]::new), now.key()));
        return keys;
    }

    SslContext context() {
        return context;
    }

    Optional<String> serverName() {
        return serverName;
    }

    /** Looks at the files no more; what was read last stays in use. */
    @Override
    public void close() {
        authorities.close();
        identity.ifPresent(PemFiles::close);
    }
}
