package io.tallygate.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class PemFilesTest {

    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(PemFiles.class);

    /** The tests look themselves. */
    private static final Duration NEVER = Duration.ofDays(1);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final List<Identity> followed = new CopyOnWriteArrayList<>();

    @TempDir
    private Path directory;
    private PemFile certificate;
    private PemFile key;

    @BeforeEach
    void prepare() {
        certificate = new PemFile("tallygate.x.certificate", directory.resolve("tls.crt"));
        key = new PemFile("tallygate.x.key", directory.resolve("tls.key"));
        log.start();
        LOGGER.addAppender(log);
    }

    @AfterEach
    void detach() {
        LOGGER.detachAppender(log);
    }

    private static X509Bundle bundle(String name) throws Exception {
        return builder(name).buildSelfSigned();
    }

    private static CertificateBuilder builder(String name) {
        return new CertificateBuilder().subject("CN=" + name).setIsCertificateAuthority(true);
    }

    private void write(X509Bundle bundle) throws IOException {
        Files.writeString(certificate.path(), bundle.getCertificatePEM());
        Files.writeString(key.path(), bundle.getPrivateKeyPEM());
    }

    private void writeKey(String label, byte[] der) throws IOException {
        Files.writeString(key.path(), "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label + "-----\n");
    }

    private Identity read() {
        try (var files = PemFiles.identity(certificate, key, NEVER)) {
            files.follow(followed::add);
        }
        return followed.getLast();
    }

    private static void lookTwice(PemFiles<?> files) {
        files.look();
        files.look();
    }

    private List<String> warnings() {
        return log.list.stream().filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void identity_chainWithTextAround_isReadLeafFirst() throws Exception {
        X509Bundle authority = bundle("root");
        X509Bundle leaf = new CertificateBuilder().subject("CN=leaf").buildIssuedBy(authority);
        Files.writeString(certificate.path(), "Bag Attributes\n" + leaf.getCertificatePEM() + "\nsubject=/CN=root\n"
                + authority.getCertificatePEM());
        Files.writeString(key.path(), leaf.getPrivateKeyPEM());

        Identity read = read();

        assertThat(read.chain()).containsExactly(leaf.getCertificate(), authority.getCertificate());
        assertThat(read.key()).isEqualTo(leaf.getKeyPair().getPrivate());
        assertThat(read).hasToString("Identity[CN=leaf]");
    }

    @Test
    void identity_bothInOneFile_isRead() throws Exception {
        X509Bundle bundle = bundle("one");
        Files.writeString(certificate.path(), bundle.getPrivateKeyPEM() + "\n" + bundle.getCertificatePEM());
        key = new PemFile("tallygate.x.key", certificate.path());

        assertThat(read().chain()).containsExactly(bundle.getCertificate());
    }

    @Test
    void identity_keysAsOpensslWroteThemOnce_areRead() throws Exception {
        // PKCS #8 puts this many bytes in front: version, algorithm, and where the key of old begins.
        X509Bundle rsa = builder("rsa").rsa2048().buildSelfSigned();
        write(rsa);
        byte[] pkcs8 = rsa.getKeyPair().getPrivate().getEncoded();
        writeKey("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, 26, pkcs8.length));
        assertThat(read().key()).isEqualTo(rsa.getKeyPair().getPrivate());

        X509Bundle ec = builder("ec").ecp256().buildSelfSigned();
        write(ec);
        pkcs8 = ec.getKeyPair().getPrivate().getEncoded();
        assertThat(pkcs8).startsWith(0x30, pkcs8.length - 2);
        writeKey("EC PRIVATE KEY", Arrays.copyOfRange(pkcs8, 28, pkcs8.length));
        assertThat(read().key()).isEqualTo(ec.getKeyPair().getPrivate());
    }

    @Test
    void identity_edwardsCurve_isRead() throws Exception {
        X509Bundle bundle = builder("ed").algorithm(CertificateBuilder.Algorithm.ed25519).buildSelfSigned();
        write(bundle);

        assertThat(read().key()).isEqualTo(bundle.getKeyPair().getPrivate());
    }

    @Test
    void identity_wrongFiles_areRefusedByTheirSettings() throws Exception {
        assertThatIllegalArgumentException().isThrownBy(this::read)
                .withMessage("tallygate.x.certificate is '" + certificate.path() + "', which does not exist");
        X509Bundle bundle = bundle("a");
        write(bundle);
        Files.delete(key.path());
        assertThatIllegalArgumentException().isThrownBy(this::read)
                .withMessage("tallygate.x.key is '" + key.path() + "', which does not exist");
        for (String content : List.of("", "secret", bundle.getCertificatePEM(), bundle("b").getPrivateKeyPEM(),
                builder("c").rsa2048().buildSelfSigned().getPrivateKeyPEM(),
                bundle.getPrivateKeyPEM().replace("PRIVATE", "ENCRYPTED PRIVATE"),
                "-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----")) {
            Files.writeString(key.path(), content);
            assertThatIllegalArgumentException().isThrownBy(this::read).withMessageNotContaining("secret")
                    .withMessageStartingWith("tallygate.x.key is '" + key.path() + "', must hold the private key")
                    .withMessageEndingWith("of the first certificate in tallygate.x.certificate");
        }
        for (String content : List.of("", bundle.getPrivateKeyPEM(),
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")) {
            Files.writeString(certificate.path(), content);
            assertThatIllegalArgumentException().isThrownBy(this::read)
                    .withMessageStartingWith("tallygate.x.certificate is '" + certificate.path() + "', ");
        }
    }

    @Test
    void look_filesChanged_followersGetWhatIsInThem() throws Exception {
        write(bundle("old"));
        try (var files = PemFiles.identity(certificate, key, NEVER)) {
            files.follow(followed::add);
            lookTwice(files);
            assertThat(followed).hasSize(1);

            X509Bundle renewed = bundle("new");
            write(renewed);
            lookTwice(files);

            assertThat(followed).hasSize(2);
            assertThat(followed.getLast().chain()).containsExactly(renewed.getCertificate());
            assertThat(warnings()).isEmpty();
        }
    }

    @Test
    void look_onlyOneOfTheFilesReplacedYet_waitsForTheOtherWithoutAWord() throws Exception {
        write(bundle("old"));
        try (var files = PemFiles.identity(certificate, key, NEVER)) {
            files.follow(followed::add);
            X509Bundle renewed = bundle("new");
            Files.writeString(certificate.path(), renewed.getCertificatePEM());
            files.look();
            write(renewed);
            lookTwice(files);

            assertThat(followed).hasSize(2);
            assertThat(warnings()).isEmpty();
        }
    }

    @Test
    void look_brokenFile_keepsTheOldAndWarnsOnce() throws Exception {
        X509Bundle old = bundle("old");
        write(old);
        try (var files = PemFiles.identity(certificate, key, NEVER)) {
            files.follow(followed::add);
            Files.writeString(key.path(), "broken");
            lookTwice(files);
            lookTwice(files);
            assertThat(followed).hasSize(1);
            assertThat(warnings()).singleElement().asString().startsWith("tallygate.x.key is")
                    .endsWith("what was read before stays in use");

            Files.delete(key.path());
            lookTwice(files);
            lookTwice(files);
            assertThat(warnings()).hasSize(2).last().asString().contains("does not exist");

            X509Bundle renewed = bundle("new");
            write(renewed);
            lookTwice(files);
            assertThat(followed.getLast().chain()).containsExactly(renewed.getCertificate());
        }
    }

    @Test
    void authorities_several_areAllRead() throws Exception {
        X509Certificate one = bundle("one").getCertificate();
        X509Bundle other = bundle("other");
        Files.writeString(certificate.path(), "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(one.getEncoded()) + "\n-----END CERTIFICATE-----\n"
                + other.getCertificatePEM());
        try (var files = PemFiles.authorities(certificate)) {
            files.follow(authorities -> assertThat(authorities).containsExactly(one, other.getCertificate()));
        }
    }
}
