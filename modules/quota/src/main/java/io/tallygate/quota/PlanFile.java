package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.Reasons;
import io.tallygate.kernel.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plans of a file, which is looked at again and again. A file that is wrong, or cannot be read, changes nothing but the
 * status: the plans that were good last stay in effect. Thread-safe for readers; one thread polls.
 */
final class PlanFile {

    private static final Logger LOG = LoggerFactory.getLogger(PlanFile.class);

    private final Path file;
    private final Supplier<Map<String, Integer>> fixedScales;
    private final Consumer<Plans> noting;
    private final InstantSource clock;
    private final String name;
    private volatile Status status;

    /**
     * How a file stands.
     *
     * @param plans    in effect
     * @param digest   the SHA-256 of the content that they are from, in hexadecimal; empty before there was a good one
     * @param loadedAt when they were loaded; null before that
     * @param failure  what is wrong with the file as it is now, as one sentence; null when it is in effect
     * @param failedAt when that was seen first
     */
    record Status(Plans plans, String digest, @Nullable Instant loadedAt, @Nullable String failure,
            @Nullable Instant failedAt) {

        /** What is wrong, if anything is. */
        Optional<String> reason() {
            return Optional.ofNullable(failure);
        }
    }

    /**
     * A file that has not been looked at.
     *
     * @param fixedScales of the quota types that stored plans have named
     * @param noting      is told plans before they are in effect, which they are only when it returns
     */
    PlanFile(Path file, Supplier<Map<String, Integer>> fixedScales, Consumer<Plans> noting, InstantSource clock) {
        this.file = file;
        this.fixedScales = fixedScales;
        this.noting = noting;
        this.clock = clock;
        this.name = String.valueOf(file.getFileName());
        this.status = new Status(Plans.NONE, "", null, null, null);
    }

    Status status() {
        return status;
    }

    /**
     * Looks at the file, and takes its plans when its content is another one than last time. A wrong one is read again as long
     * as it is wrong, because what it conflicts with may change.
     *
     * @return the status then
     */
    Status poll() {
        try {
            byte[] content = content();
            String digest = Sha256.hex(content);
            if (status.failure != null || !digest.equals(status.digest)) {
                load(content, digest);
            }
        } catch (IOException e) {
            failed(Reasons.of(e));
        }
        return status;
    }

    /** Read whole each time: a change of a symbolic link, or within one second, shows in nothing else. */
    private byte[] content() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(Yaml.BYTES_MAX + 1);
        }
    }

    private void load(byte[] content, String digest) {
        try {
            Plans plans = Plans.read(Yaml.read(name, content), fixedScales.get());
            noting.accept(plans);
            status = new Status(plans, digest, clock.instant(), null, null);
            LOG.info("{} plans are in effect from {}, SHA-256 {}", plans.byName().size(), file, status.digest);
        } catch (InvalidDocumentException | InvalidInputException | DomainProblemException e) {
            failed(Reasons.of(e));
        }
    }

    private void failed(String reason) {
        Status before = status;
        if (!reason.equals(before.failure)) {
            status = new Status(before.plans, before.digest, before.loadedAt, reason, clock.instant());
            LOG.warn("{} is not in effect, the plans of before are: {}", file, reason);
        }
    }
}
