package io.tallygate.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What some PEM files hold together, read again within five seconds of a change. What is wrong then is logged once, and
 * what was read before stays in use. Thread-safe.
 *
 * @param <T> what they hold
 */
public final class PemFiles<T> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PemFiles.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final int BYTES_MAX = 1 << 20;

    private final List<PemFile> files;
    private final Parser<T> parser;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Consumer<? super T>> followers = new ArrayList<>(); // guarded by this, as is the rest
    private T value;
    private Look used;
    private Look last;

    private PemFiles(List<PemFile> files, Parser<T> parser, Duration lookEvery) {
        this.files = files;
        this.parser = parser;
        this.used = new Look(contents(), "");
        this.last = used;
        this.value = parser.parse(used.bytes());
        Thread.ofVirtual().name("pem-files").start(() -> watch(lookEvery));
    }

    /**
     * A certificate with its chain in one file, and its private key in another or the same.
     *
     * @throws IllegalArgumentException whose message starts with the setting of the file that cannot be read or used
     */
    public static PemFiles<Identity> identity(PemFile certificate, PemFile key) {
        return identity(certificate, key, LOOK_EVERY);
    }

    static PemFiles<Identity> identity(PemFile certificate, PemFile key, Duration lookEvery) {
        return new PemFiles<>(List.of(certificate, key), contents -> {
            List<X509Certificate> chain = certificates(certificate, contents.getFirst());
            return new Identity(key(key, contents.getLast(), chain.getFirst(), certificate), chain);
        }, lookEvery);
    }

    /**
     * The certificates of those who are trusted to vouch for others, in one file.
     *
     * @throws IllegalArgumentException whose message starts with the setting when the file cannot be read or used
     */
    public static PemFiles<List<X509Certificate>> authorities(PemFile file) {
        return new PemFiles<>(List.of(file), contents -> certificates(file, contents.getFirst()), LOOK_EVERY);
    }

    /** Makes a value of what the files hold, in their order. */
    @FunctionalInterface
    private interface Parser<T> {
        /** @throws IllegalArgumentException whose message starts with the setting of the file that is wrong */
        T parse(List<byte[]> contents);
    }

    /**
     * What one look at the files found.
     *
     * @param problem why they could not be read; empty when they could
     */
    private record Look(List<ByteBuffer> contents, String problem) {

        List<byte[]> bytes() {
            return contents.stream().map(ByteBuffer::array).toList();
        }
    }

    /** Hands over the value, and later every other one that takes its place. The follower must neither wait nor fail. */
    public synchronized void follow(Consumer<? super T> follower) {
        follower.accept(value);
        followers.add(follower);
    }

    /**
     * Looks at the files now, as otherwise happens every two seconds. A change is used once two looks in a row have
     * found the same, so that files which are just being written are not taken for broken.
     */
    public synchronized void look() {
        Look found = found();
        boolean settled = found.equals(last);
        last = found;
        if (settled && !found.equals(used)) {
            used = found;
            use(found);
        }
    }

    private Look found() {
        try {
            return new Look(contents(), "");
        } catch (IllegalArgumentException e) {
            return new Look(List.of(), String.valueOf(e.getMessage()));
        }
    }

    private void use(Look found) {
        String problem = found.problem();
        if (problem.isEmpty()) {
            try {
                value = parser.parse(found.bytes());
                followers.forEach(follower -> follower.accept(value));
                LOG.info("{} changed and is used from now on",
                        files.stream().map(PemFile::setting).collect(Collectors.joining(", ")));
                return;
            } catch (IllegalArgumentException e) {
                problem = String.valueOf(e.getMessage());
            }
        }
        LOG.warn("{}; what was read before stays in use", problem);
    }

    private void watch(Duration lookEvery) {
        try {
            while (!closed.await(lookEvery.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<ByteBuffer> contents() {
        return files.stream().map(PemFiles::content).toList();
    }

    private static ByteBuffer content(PemFile file) {
        try (InputStream in = Files.newInputStream(file.path())) {
            byte[] content = in.readNBytes(BYTES_MAX + 1);
            if (content.length > BYTES_MAX) {
                throw file.wrong("must be a PEM file of at most 1 MiB", null);
            }
            return ByteBuffer.wrap(content);
        } catch (NoSuchFileException e) {
            throw file.wrong("which does not exist", e);
        } catch (IOException e) {
            throw file.wrong("which cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> certificates(PemFile file, byte[] content) {
        try {
            List<X509Certificate> certificates = Pem.certificates(content);
            if (certificates.isEmpty()) {
                throw file.wrong("must hold a certificate in PEM", null);
            }
            return certificates;
        } catch (GeneralSecurityException e) {
            throw file.wrong("which holds a certificate that cannot be read", e);
        }
    }

    private static PrivateKey key(PemFile file, byte[] content, X509Certificate owner, PemFile certificate) {
        try {
            return Pem.key(content, owner.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw file.wrong("must hold the private key, in PEM and not encrypted, of the first certificate in "
                    + certificate.setting(), e);
        }
    }

    /** Looks no more. */
    @Override
    public void close() {
        closed.countDown();
    }
}
