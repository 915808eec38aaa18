package io.tallygate.contract;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;

/** An authority of a test's own, and the certificate of a server on this machine, in files that a deployment reads. */
final class Certificates {

    private final X509Bundle authority;
    private final Path directory;

    private Certificates(X509Bundle authority, Path directory) {
        this.authority = authority;
        this.directory = directory;
    }

    /** A new authority and a first certificate. */
    static Certificates in(Path directory) {
        try {
            var certificates = new Certificates(new CertificateBuilder().subject("CN=authority")
                    .setIsCertificateAuthority(true).buildSelfSigned(), directory);
            Files.writeString(certificates.authorityFile(), certificates.authority.getCertificatePEM());
            certificates.renew();
            return certificates;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Replaces the certificate and its key, and returns the new one. */
    X509Certificate renew() {
        try {
            X509Bundle server = new CertificateBuilder().subject("CN=localhost").addSanDnsName("localhost")
                    .addSanIpAddress("127.0.0.1").buildIssuedBy(authority);
            Files.writeString(certificateFile(), server.getCertificatePathPEM());
            Files.writeString(keyFile(), server.getPrivateKeyPEM());
            return server.getCertificate();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    X509Certificate authority() {
        return authority.getCertificate();
    }

    Path authorityFile() {
        return directory.resolve("ca.crt");
    }

    Path certificateFile() {
        return directory.resolve("tls.crt");
    }

    Path keyFile() {
        return directory.resolve("tls.key");
    }
}
