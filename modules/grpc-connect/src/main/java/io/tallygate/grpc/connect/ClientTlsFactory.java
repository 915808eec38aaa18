package io.tallygate.grpc.connect;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import io.tallygate.grpc.connect.ClientTls.KeyPairFiles;
import io.tallygate.tls.PemFile;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Encrypts connections to the services where {@code tallygate.services.tls.ca} says whom to trust. */
@Factory
@Requires(property = ClientTlsFactory.CA)
final class ClientTlsFactory {

    static final String CA = "tallygate.services.tls.ca";

    private static final String CERTIFICATE = "tallygate.services.tls.certificate";
    private static final String KEY = "tallygate.services.tls.key";

    @Singleton
    ClientTls tls(@Property(name = CA) String authorities,
            @Property(name = CERTIFICATE) @Nullable String certificate, @Property(name = KEY) @Nullable String key,
            @Property(name = "tallygate.services.tls.server-name") @Nullable String serverName) {
        return ClientTls.of(new PemFile(CA, Path.of(authorities)), identity(certificate, key),
                Optional.ofNullable(serverName));
    }

    private static Optional<KeyPairFiles> identity(@Nullable String certificate, @Nullable String key) {
        if (certificate == null && key == null) {
            return Optional.empty();
        }
        if (certificate == null || key == null) {
            throw new ConfigurationException((certificate == null ? CERTIFICATE : KEY)
                    + " is missing: a client's certificate needs its private key");
        }
        return Optional.of(new KeyPairFiles(new PemFile(CERTIFICATE, Path.of(certificate)),
                new PemFile(KEY, Path.of(key))));
    }
}
