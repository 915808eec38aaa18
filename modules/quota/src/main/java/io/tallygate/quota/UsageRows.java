package io.tallygate.quota;

import io.tallygate.kernel.Sha256;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.RowKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Names of the rows in which usage is counted. Each period of a limit has two: {@code used}, and beside it {@code held}, how
 * much of that is reserved.
 *
 * <p>A section holds what begins at one instant for periods of one length, and sorts by when it may be forgotten: first the
 * day, or the hour, by which every period that began then is over, whatever a clock's changes did to its length. So the name
 * follows from quota type, length and start alone, and not from rules about clocks that a country may change meanwhile.
 */
final class UsageRows {

    /** Rows of periods of a day and more. */
    static final Book LONG = new Book("quota");

    /** Rows of shorter ones, which are many and are forgotten sooner. */
    static final Book SHORT = new Book("quota_short");

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu-MM-dd").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH")
            .withZone(ZoneOffset.UTC);
    private static final int ID_BYTES_MAX = 256;
    private static final String LIFETIME = "lifetime";
    /** In the name of a section: by when it is over, the length of its periods, and their start. */
    private static final int DATED_NAMES = 3;

    private UsageRows() {}

    /** The row of what a subject has used. */
    static RowKey used(String subject, LimitName limit, Instant start) {
        return row(subject, limit, start, "");
    }

    /** The row of what it has reserved. */
    static RowKey held(String subject, LimitName limit, Instant start) {
        return row(subject, limit, start, " held");
    }

    private static RowKey row(String subject, LimitName limit, Instant start, String kind) {
        return new RowKey(limit.per().isShort() ? SHORT : LONG, section(limit.per(), start) + kind,
                id(limit.quotaType(), subject), home(subject));
    }

    /** A lifetime's sorts after all others, and is never swept. */
    private static String section(Per per, Instant start) {
        if (per.equals(Per.LIFETIME)) {
            return LIFETIME;
        }
        Instant over = start.plus(per.longest());
        String first = per.isShort()
                ? HOUR.format(over.plus(Duration.ofHours(1)))
                : DAY.format(over.plus(Duration.ofDays(1)));
        return first + ' ' + per + ' ' + start;
    }

    /**
     * The last section of a book that holds no row of a period which ended after an instant.
     *
     * @param ended before this
     */
    static String throughSection(Book book, Instant ended) {
        // A tilde sorts after the space that follows a day or an hour.
        return (book.equals(SHORT) ? HOUR : DAY).format(ended) + '~';
    }

    /**
     * Quota type and subject; the length of the first keeps them apart. Where that is too long for a name, it is their
     * digest, after a character that no length begins with.
     */
    private static String id(String quotaType, String subject) {
        String id = quotaType.length() + ":" + quotaType + subject;
        byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
        return utf8.length <= ID_BYTES_MAX ? id : '#' + Sha256.base64url(utf8);
    }

    /** What a row of usage counts. */
    record Usage(String subject, LimitName limit, Instant start) {}

    /** What a row counts; empty for one of what is held, and for one whose id does not tell names. */
    static Optional<Usage> usage(String section, String id) {
        int colon = id.indexOf(':');
        String[] names = section.split(" ", -1);
        boolean lifetime = section.equals(LIFETIME);
        if (colon < 1 || id.charAt(0) == '#' || (!lifetime && names.length != DATED_NAMES)) {
            return Optional.empty();
        }
        int typeEnd = colon + 1 + Integer.parseInt(id.substring(0, colon));
        Per per = lifetime ? Per.LIFETIME : Per.parse("per", names[1]);
        Instant start = lifetime ? Period.LIFETIME.start() : Instant.parse(names[2]);
        return Optional.of(new Usage(id.substring(typeEnd),
                new LimitName(id.substring(colon + 1, typeEnd), per), start));
    }

    /** Where a divided store keeps everything about a subject: the CRC-32 of its UTF-8. */
    static int home(String subject) {
        var hash = new CRC32();
        hash.update(subject.getBytes(StandardCharsets.UTF_8));
        return (int) hash.getValue();
    }
}
