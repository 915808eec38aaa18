package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.BytesIn;
import io.tallygate.ledger.BytesOut;
import io.tallygate.ledger.RowKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * The name of a reservation. It says where the ledger keeps it, so that whoever has it needs no index, and it cannot be
 * guessed.
 *
 * @param minute when it expires, in whole minutes since the epoch
 * @param home   its subject's
 * @param secret 96 random bits in base64url: 16 characters
 */
public record ReservationId(int minute, int home, String secret) {

    /**
     * Reservations, each in the section of the minute in which it expires. Those that end long after it have a copy elsewhere,
     * because that section is deleted a day later, whenever they ended.
     */
    static final Book BOOK = Book.ofDocuments("reservation");

    /**
     * When those that are held expire, as milliseconds since the epoch, each in the section of the second of that: what of them is
     * due is found without those that have ended. Likewise when copies of those that ended late are to be deleted.
     */
    static final Book DUE = new Book("reservation_due");

    /** So long after the minute in which it expires began, a reservation has ended, unless it ends late. */
    private static final Duration ENDED = Duration.ofMinutes(2);
    /** It sorts after all minutes, and is never swept. */
    private static final String LATE = "late";

    private static final int FORM = 1;
    private static final int SECRET_BYTES = 12;
    private static final int BYTES = 1 + Integer.BYTES + Integer.BYTES + SECRET_BYTES;
    private static final int CHARACTERS = BYTES / 3 * 4;
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm")
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss")
            .withZone(ZoneOffset.UTC);

    /** A new one. */
    static ReservationId next(Instant expiresAt, String subject, RandomGenerator random) {
        var secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return new ReservationId(Math.toIntExact(expiresAt.getEpochSecond() / 60), UsageRows.home(subject),
                base64(secret));
    }

    /**
     * Reads one.
     *
     * @throws DomainProblemException when it is none
     */
    static ReservationId parse(String text) {
        try {
            if (text.length() == CHARACTERS) {
                ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
                if (bytes.get() == FORM) {
                    return read(bytes);
                }
            }
        } catch (IllegalArgumentException e) {
            // Other characters: it was not made here.
        }
        throw new DomainProblemException(QuotaProblem.UNKNOWN_RESERVATION,
                "there is no such reservation, or none any more");
    }

    private static ReservationId read(ByteBuffer bytes) {
        int minute = bytes.getInt();
        int home = bytes.getInt();
        var secret = new byte[SECRET_BYTES];
        bytes.get(secret);
        return new ReservationId(minute, home, base64(secret));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The section of what expires in an instant's minute. Sections sort by time. */
    static String section(Instant expiry) {
        return MINUTE.format(expiry);
    }

    /**
     * The last section in which every reservation has answered for its time after its end, but for those that have ended late.
     *
     * @param kept how long one answers after its end
     */
    static String throughSection(Instant now, Duration kept) {
        return section(now.minus(kept).minus(ENDED));
    }

    private Instant minuteStart() {
        return Instant.ofEpochSecond(minute * 60L);
    }

    /** Whether an end is so late that its section is deleted before it has answered for its time. */
    boolean isLate(Instant end) {
        return end.isAfter(minuteStart().plus(ENDED));
    }

    RowKey row() {
        return new RowKey(BOOK, section(minuteStart()), secret, home);
    }

    /** Of the copy of one that has ended late. */
    RowKey lateRow() {
        return new RowKey(BOOK, LATE, secret, home);
    }

    /** Where it is found when it is due. Its id there is what callers know it by. */
    RowKey dueRow(Instant at) {
        return new RowKey(DUE, dueSection(at), toString(), home);
    }

    /** The section of what is due within an instant's second. Sections sort by time. */
    static String dueSection(Instant at) {
        return SECOND.format(at);
    }

    void write(BytesOut out) {
        out.number(minute).number(home & 0xFFFF_FFFFL).text(secret);
    }

    static ReservationId read(BytesIn in) {
        return new ReservationId(Math.toIntExact(in.number()), (int) in.number(), in.text());
    }

    /** As callers know it: 28 letters, digits, hyphens and underscores. */
    @Override
    public String toString() {
        return base64(ByteBuffer.allocate(BYTES).put((byte) FORM).putInt(minute).putInt(home)
                .put(Base64.getUrlDecoder().decode(secret)).array());
    }
}
