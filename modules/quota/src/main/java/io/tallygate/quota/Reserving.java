package io.tallygate.quota;

import io.tallygate.kernel.InvalidInputException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** What reserving and the ends of reservations change. Pure functions. */
final class Reserving {

    private Reserving() {}

    /** All of it or nothing. */
    static Draft normal(Charge charge, Known known, ReservationId id, Instant expiresAt) {
        return draft(charge, known, new Terms.Hold(id, expiresAt), Charge.Item::units,
                Consumption.refusedLife(charge, known, false));
    }

    /**
     * As much as is left by what is known. When less is left meanwhile, the draft is refused and made again from what is known
     * then. It is for one unit where nothing is left, so that the ledger denies it, and remembers that.
     *
     * @param known the rows of usage, all of them
     * @throws InvalidInputException when it is about more than one quota type
     */
    static Draft bestEffort(Charge charge, Known known, ReservationId id, Instant expiresAt) {
        Consumption.requireOneType(charge);
        long left = charge.items().getFirst().units();
        for (LimitInPeriod limit : charge.limits()) {
            left = Math.min(left, limit.limit().bound() - known.value(limit.used()).orElse(0));
        }
        long posted = Math.max(1, left);
        return draft(charge, known, new Terms.Hold(id, expiresAt), _ -> posted,
                posted == 1 ? Consumption.refusedLife(charge, known, true) : Duration.ZERO);
    }

    private static Draft draft(Charge charge, Known known, Terms.Hold hold, ToLongFunction<Charge.Item> posted,
            Duration refusedLife) {
        var used = new ArrayList<Step>();
        var held = new ArrayList<Step>();
        var parts = new ArrayList<Reservation.Part>();
        for (Charge.Item item : charge.items()) {
            long units = posted.applyAsLong(item);
            for (LimitInPeriod limit : item.limits()) {
                used.add(new Step.Add(limit.used(), units, Long.MIN_VALUE, limit.limit().bound()));
                held.add(Step.Add.unbounded(limit.held(), units));
            }
            parts.add(new Reservation.Part(item.quotaType(), item.scale(), units, 0, item.limits().stream()
                    .map(limit -> new Reservation.Place(limit.limit().per(), limit.period().start())).toList()));
        }
        var reservation = Reservation.held(hold.id(), charge.subject(), hold.expiresAt(), parts);
        used.addAll(held);
        used.add(Step.Add.unbounded(hold.id().dueRow(hold.expiresAt()), hold.expiresAt().toEpochMilli()));
        used.add(new Step.Put(hold.id().row(), 0, reservation.encode()));
        return Draft.all(used, Terms.of(Terms.Kind.RESERVE, charge, known, posted, hold), refusedLife);
    }

    /**
     * Takes an amount for good, and gives the rest back. The state decides, not a clock: it may come after the reservation has
     * expired.
     *
     * @param version of the document
     * @throws InvalidInputException when more is to be committed than was reserved, or of what was not
     */
    static Ending commit(Reservation reservation, long version, Commitment commitment, Instant now) {
        Map<String, Long> committed = committed(reservation, commitment);
        var parts = new ArrayList<Reservation.Part>();
        for (Reservation.Part part : reservation.parts()) {
            parts.add(new Reservation.Part(part.quotaType(), part.scale(), part.reserved(),
                    committed.getOrDefault(part.quotaType(), 0L), part.places()));
        }
        return end(reservation, version, Reservation.State.COMMITTED, parts, now);
    }

    private static Map<String, Long> committed(Reservation reservation, Commitment commitment) {
        var committed = new HashMap<String, Long>();
        if (commitment.value() == null && commitment.quotas().isEmpty()) {
            reservation.parts().forEach(part -> committed.put(part.quotaType(), part.reserved()));
        }
        if (commitment.value() != null) {
            if (!commitment.quotas().isEmpty() || reservation.parts().size() > 1) {
                throw new InvalidInputException("value", commitment.value().toString(), reservation.parts().size() > 1
                        ? "must not be given for several quota types, but quotas"
                        : "must not be given together with quotas");
            }
            put(committed, reservation.parts().getFirst(), "value", commitment.value(), commitment.force());
        }
        for (Wanted wanted : commitment.quotas()) {
            Reservation.Part part = reservation.parts().stream()
                    .filter(reserved -> reserved.quotaType().equals(wanted.quotaType())).findFirst()
                    .orElseThrow(() -> new InvalidInputException("quotas", wanted.quotaType(),
                            "must name quota types that were reserved"));
            put(committed, part, wanted.field(), wanted.amount(), commitment.force());
        }
        return committed;
    }

    private static void put(Map<String, Long> committed, Reservation.Part part, String field, Amount amount,
            boolean force) {
        long units = amount.requireNotNegative(field).units(field, part.scale());
        if (units > part.reserved() && !force) {
            throw new InvalidInputException(field, amount.toString(), "must be at most what was reserved, "
                    + Amount.text(part.reserved(), part.scale()) + ", unless \"mode\" is \"force\"");
        }
        committed.put(part.quotaType(), units);
    }

    /** Gives all of it back. */
    static Ending release(Reservation reservation, long version, Instant now) {
        return end(reservation, version, Reservation.State.RELEASED, reservation.parts(), now);
    }

    /**
     * Gives all of it back because its time is over.
     *
     * @param now not before it expires
     */
    static Ending expire(Reservation reservation, long version, Instant now) {
        if (now.isBefore(reservation.expiresAt())) {
            throw new IllegalArgumentException("reservation " + reservation.id() + " expires at "
                    + reservation.expiresAt() + ", and it is " + now);
        }
        return end(reservation, version, Reservation.State.EXPIRED, reservation.parts(), now);
    }

    private static Ending end(Reservation reservation, long version, Reservation.State state,
            List<Reservation.Part> parts, Instant now) {
        if (reservation.state() != Reservation.State.HELD) {
            return reservation.state() == state && reservation.parts().equals(parts)
                    ? new Ending.Same(reservation)
                    : new Ending.Other(reservation);
        }
        Instant endedAt = now.truncatedTo(ChronoUnit.MILLIS);
        Reservation after = reservation.ended(state, endedAt, parts);
        var steps = new ArrayList<Step>();
        for (Reservation.Part part : parts) {
            long change = part.committed() - part.reserved();
            for (Reservation.Place place : part.places()) {
                var limit = new LimitName(part.quotaType(), place.per());
                if (change != 0) {
                    steps.add(new Step.Add(UsageRows.used(reservation.subject(), limit, place.start()), change,
                            Long.MIN_VALUE, change > 0 ? Amount.UNITS_MAX : Long.MAX_VALUE));
                }
                steps.add(Step.Add.unbounded(UsageRows.held(reservation.subject(), limit, place.start()),
                        -part.reserved()));
            }
        }
        ReservationId id = reservation.id();
        byte[] document = after.encode();
        steps.add(new Step.Delete(id.dueRow(reservation.expiresAt())));
        if (id.isLate(endedAt)) {
            Instant forgotten = endedAt.plus(Reservation.ANSWERS);
            steps.add(Step.Add.unbounded(id.dueRow(forgotten), forgotten.toEpochMilli()));
            steps.add(new Step.Put(id.lateRow(), 0, document));
        }
        steps.add(new Step.Put(id.row(), version, document));
        return new Ending.Post(Draft.all(steps, null, Duration.ZERO), version, after);
    }
}
