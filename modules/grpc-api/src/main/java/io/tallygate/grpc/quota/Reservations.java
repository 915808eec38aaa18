package io.tallygate.grpc.quota;

import io.tallygate.grpc.Failure;
import io.tallygate.grpc.RefusedException;
import io.tallygate.grpc.Values;
import io.tallygate.quota.Amount;
import io.tallygate.quota.Ended;
import io.tallygate.quota.QuotaProblem;
import io.tallygate.quota.Reservation;
import io.tallygate.quota.v1.ReservationState;
import io.tallygate.quota.v1.ReservedQuota;
import java.util.Locale;

/** Reservations as messages. */
final class Reservations {

    private Reservations() {}

    static io.tallygate.quota.v1.Reservation message(Reservation reservation) {
        var message = io.tallygate.quota.v1.Reservation.newBuilder().setReservationId(reservation.id().toString())
                .setSubject(reservation.subject()).setState(state(reservation))
                .setExpiresAt(Values.timestamp(reservation.expiresAt()));
        if (reservation.endedAt() != null) {
            message.setEndedAt(Values.timestamp(reservation.endedAt()));
        }
        for (Reservation.Part part : reservation.parts()) {
            message.addQuotas(ReservedQuota.newBuilder().setQuotaType(part.quotaType())
                    .setReserved(Amount.text(part.reserved(), part.scale()))
                    .setCommitted(Amount.text(part.committed(), part.scale())));
        }
        return message.build();
    }

    private static ReservationState state(Reservation reservation) {
        return switch (reservation.state()) {
            case HELD -> ReservationState.RESERVATION_STATE_HELD;
            case COMMITTED -> ReservationState.RESERVATION_STATE_COMMITTED;
            case RELEASED -> ReservationState.RESERVATION_STATE_RELEASED;
            case EXPIRED -> ReservationState.RESERVATION_STATE_EXPIRED;
        };
    }

    /**
     * The reservation as it has ended.
     *
     * @throws RefusedException when it has ended otherwise than asked for
     */
    static io.tallygate.quota.v1.Reservation ended(Ended ended) {
        io.tallygate.quota.v1.Reservation message = message(ended.reservation());
        if (ended.asAsked()) {
            return message;
        }
        throw new RefusedException(Failure.of(QuotaProblem.RESERVATION_ENDED, "the reservation was "
                + ended.reservation().state().name().toLowerCase(Locale.ROOT) + " already; nothing was changed")
                .with(message.getSerializedSize() <= Failure.DETAILS_BYTES_MAX
                        ? message
                        : message.toBuilder().clearQuotas().build()));
    }
}
