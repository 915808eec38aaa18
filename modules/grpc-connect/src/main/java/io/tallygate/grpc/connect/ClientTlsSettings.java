package io.tallygate.grpc.connect;

import io.micronaut.context.exceptions.ConfigurationException;
import io.tallygate.grpc.connect.ClientTls.KeyPairFiles;
import io.tallygate.tls.PemFile;
import java.nio.file.Path;
import java.util.Optional;

/** Encrypts connections to a service where its setting {@code tls.ca} says whom to trust. */
final class ClientTlsSettings {

    private static final String CA = "tls.ca";
    private static final String CERTIFICATE = "tls.certificate";
    private static final String KEY = "tls.key";

    private final ServiceSettings settings;

    ClientTlsSettings(ServiceSettings settings) {
        this.settings = settings;
    }

    /** Reads the files; without an authority there is no TLS. */
    Optional<ClientTls> open() {
        return file(CA).map(authorities -> ClientTls.of(authorities, identity(),
                settings.find("tls.server-name", String.class)));
    }

    private Optional<KeyPairFiles> identity() {
        Optional<PemFile> certificate = file(CERTIFICATE);
        Optional<PemFile> key = file(KEY);
        if (certificate.isPresent() != key.isPresent()) {
            throw new ConfigurationException(settings.setting(certificate.isPresent() ? KEY : CERTIFICATE)
                    + " is missing: a client's certificate needs its private key");
        }
        return certificate.flatMap(chain -> key.map(own -> new KeyPairFiles(chain, own)));
    }

    private Optional<PemFile> file(String name) {
        return settings.find(name, String.class).map(path -> new PemFile(settings.setting(name), Path.of(path)));
    }
}
