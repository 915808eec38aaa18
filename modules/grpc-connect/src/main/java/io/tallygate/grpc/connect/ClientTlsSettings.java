package io.tallygate.grpc.connect;

import io.micronaut.context.exceptions.ConfigurationException;
import io.tallygate.grpc.connect.ClientTls.KeyPairFiles;
import io.tallygate.kernel.Setting;
import io.tallygate.tls.PemFile;
import java.nio.file.Path;
import java.util.Optional;

/** Encrypts connections to a service where its setting {@code tls.ca} says whom to trust. */
final class ClientTlsSettings {

    private final ServiceSettings settings;

    ClientTlsSettings(ServiceSettings settings) {
        this.settings = settings;
    }

    /** Reads the files; without an authority there is no TLS. */
    Optional<ClientTls> open() {
        return file(ServicesSettingGroup.TLS_CA).map(authorities -> ClientTls.of(authorities, identity(),
                settings.find(ServicesSettingGroup.TLS_SERVER_NAME)));
    }

    private Optional<KeyPairFiles> identity() {
        Optional<PemFile> certificate = file(ServicesSettingGroup.TLS_CERTIFICATE);
        Optional<PemFile> key = file(ServicesSettingGroup.TLS_KEY);
        if (certificate.isPresent() != key.isPresent()) {
            throw new ConfigurationException(settings.name(
                    certificate.isPresent() ? ServicesSettingGroup.TLS_KEY : ServicesSettingGroup.TLS_CERTIFICATE)
                    + " is missing: a client's certificate needs its private key");
        }
        return certificate.flatMap(chain -> key.map(own -> new KeyPairFiles(chain, own)));
    }

    private Optional<PemFile> file(Setting<String> setting) {
        return settings.find(setting).map(path -> new PemFile(settings.name(setting), Path.of(path)));
    }
}
