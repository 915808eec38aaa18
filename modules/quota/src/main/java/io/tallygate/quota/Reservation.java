package io.tallygate.quota;

import io.tallygate.ledger.BytesIn;
import io.tallygate.ledger.BytesOut;
import io.tallygate.ledger.UnreadableException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An amount that is used for the time being. It ends once: it is committed, in part or whole, or released, or it expires. Each
 * end changes the periods in which it was reserved.
 *
 * @param expiresAt when it may be given back
 * @param endedAt   null while it is held
 */
public record Reservation(ReservationId id, String subject, Instant expiresAt, State state, @Nullable Instant endedAt,
        List<Part> parts) {

    /** How long one answers after its end. */
    static final Duration ANSWERS = Duration.ofHours(24);

    static final Duration TTL_MIN = Duration.ofSeconds(1);
    static final Duration TTL_MAX = Duration.ofHours(24);

    private static final int VERSION = 1;

    /** It is held first, and each other state is an end. */
    public enum State {
        HELD(0),
        COMMITTED(1),
        RELEASED(2),
        EXPIRED(3);

        private static final State[] BY_CODE = values();

        private final int code;

        State(int code) {
            this.code = code;
        }

        private static State of(int code) {
            if (code >= BY_CODE.length) {
                throw new IllegalArgumentException("no state of a reservation: " + code);
            }
            return BY_CODE[code];
        }
    }

    /**
     * One quota type, in units of its scale.
     *
     * @param committed 0 unless it was committed
     * @param places    where it was reserved
     */
    public record Part(String quotaType, int scale, long reserved, long committed, List<Place> places) {}

    /** A limit and the start of the period in which it was reserved. */
    public record Place(Per per, Instant start) {}

    public Reservation {
        parts = List.copyOf(parts);
    }

    /** One that is held. */
    static Reservation held(ReservationId id, String subject, Instant expiresAt, List<Part> parts) {
        return new Reservation(id, subject, expiresAt, State.HELD, null, parts);
    }

    Reservation ended(State end, Instant at, List<Part> endedParts) {
        return new Reservation(id, subject, expiresAt, end, at, endedParts);
    }

    /** Whether it is held, and may be given back. */
    boolean isDue(Instant now) {
        return state == State.HELD && !now.isBefore(expiresAt);
    }

    /** Its document. */
    byte[] encode() {
        var out = new BytesOut(VERSION).text(subject).signedMillis(expiresAt).octet(state.code);
        if (endedAt != null) {
            out.signedMillis(endedAt);
        }
        out.number(parts.size());
        for (Part part : parts) {
            out.text(part.quotaType).octet(part.scale).number(part.reserved).number(part.committed)
                    .number(part.places.size());
            part.places.forEach(place -> {
                LimitsCodec.write(out, place.per);
                out.seconds(place.start);
            });
        }
        return LimitsCodec.document(out, "quotas");
    }

    /** @throws UnreadableException when it is none that this program knows */
    static Reservation decode(ReservationId id, byte[] document) {
        return BytesIn.read("a reservation", document, VERSION, in -> {
            String subject = in.text();
            Instant expiresAt = in.signedMillis();
            State state = State.of(in.octet());
            @Nullable
            Instant endedAt = state == State.HELD ? null : in.signedMillis();
            return new Reservation(id, subject, expiresAt, state, endedAt, in.list(Reservation::part));
        });
    }

    private static Part part(BytesIn in) {
        return new Part(in.text(), in.octet(), in.number(), in.number(),
                in.list(place -> new Place(LimitsCodec.per(place), place.seconds())));
    }
}
