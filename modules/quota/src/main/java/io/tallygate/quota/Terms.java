package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.ledger.BytesIn;
import io.tallygate.ledger.BytesOut;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.UnreadableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a request was decided by: with the ledger's {@link Draft.Result} it says the decision, now and, as the {@link Memo} of
 * the posting, to every repetition, after midnight and after a change of plan as well. The names of quota types are not in the
 * memo, for which they may be too long; a repetition has them again.
 *
 * @param at    when it was decided
 * @param items in the request's order
 * @param hold  what was reserved; null for what reserves nothing
 */
record Terms(Kind kind, Instant at, List<Item> items, @Nullable Hold hold) {

    private static final int VERSION = 1;

    private static final int HARD = 1 << 3;
    private static final int BOUNDED = 1 << 4;
    private static final int ENDS = 1 << 5;
    private static final int WITH_HELD = 1 << 6;
    private static final int WITH_PENDING = 1 << 7;

    /** What was asked for; by it the steps of the draft are known. */
    enum Kind {
        /** Each limit's {@code used}, within its bound: all or none. */
        CONSUME(0),
        /** The same, as much as fits. */
        BEST_EFFORT(1),
        /** The same, whatever the bounds. */
        FORCE(2),
        /** Each limit's {@code used}, then each one's {@code held}, then the reservation. */
        RESERVE(3),
        /** Of each limit {@code held}, as a guard, and {@code used}. */
        REFUND(4),
        /** The {@code used} of one limit. */
        TOP_UP(5);

        private static final Kind[] BY_CODE = values();

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        private static Kind of(int code) {
            if (code >= BY_CODE.length) {
                throw new IllegalArgumentException("no kind of request: " + code);
            }
            return BY_CODE[code];
        }
    }

    /**
     * One quota type.
     *
     * @param requested in units of the scale
     * @param posted    what the draft adds; less than requested where less was left
     */
    record Item(String quotaType, int scale, long requested, long posted, List<Line> lines) {}

    /**
     * One limit.
     *
     * @param bound    what no grant takes {@code used} above
     * @param bounded  whether the limit denies there; else amounts end there
     * @param end      of the period
     * @param held     how much was known to be reserved
     * @param pending  how much was accepted and not written
     * @param returned how much a refund gives back; 0 for what is none
     */
    record Line(Per per, long limit, boolean hard, long bound, boolean bounded, Instant end, long held, long pending,
            long returned) {

        static Line of(LimitInPeriod limit, Known known, long returned) {
            return new Line(limit.limit().per(), limit.limit().most(), limit.limit().hard(), limit.limit().bound(),
                    limit.limit().isBounded(), limit.period().end(), known.value(limit.held()).orElse(0),
                    known.pending(limit.used()), returned);
        }
    }

    /** A reservation that is made. */
    record Hold(ReservationId id, Instant expiresAt) {}

    /** The terms of what posts what it was asked for. */
    static Terms of(Kind kind, Charge charge, Known known) {
        return of(kind, charge, known, Charge.Item::units, null);
    }

    /** @param posted how much of an item the draft adds */
    static Terms of(Kind kind, Charge charge, Known known, ToLongFunction<Charge.Item> posted, @Nullable Hold hold) {
        var items = new ArrayList<Item>(charge.items().size());
        for (Charge.Item item : charge.items()) {
            var lines = new ArrayList<Line>(item.limits().size());
            for (LimitInPeriod limit : item.limits()) {
                lines.add(Line.of(limit, known, 0));
            }
            items.add(new Item(item.quotaType(), item.scale(), item.units(), posted.applyAsLong(item), lines));
        }
        return new Terms(kind, charge.at(), items, hold);
    }

    private int lineCount() {
        int count = 0;
        for (Item item : items) {
            count += item.lines.size();
        }
        return count;
    }

    /**
     * What consumes, or reserves, was answered.
     *
     * @throws DomainProblemException when it would have left the range of amounts
     */
    Decision decide(Draft.Result result) {
        int count = lineCount();
        var shares = new ArrayList<Decision.Share>();
        var limits = new ArrayList<LimitState>();
        for (Item item : items) {
            long granted = !result.applied() ? 0 : kind == Kind.BEST_EFFORT ? result.taken() : item.posted;
            shares.add(new Decision.Share(item.quotaType, item.scale, item.requested, granted));
            // Of what takes as little as it must, one unit would have been enough.
            long needed = kind == Kind.BEST_EFFORT ? 1 : item.posted;
            for (Line line : item.lines) {
                int i = limits.size();
                long held = kind == Kind.RESERVE ? result.values()[count + i] : line.held;
                boolean denied = !result.applied() && kind != Kind.FORCE && line.bounded
                        && result.values()[i] > line.bound - needed;
                limits.add(LimitState.of(item, line, result.values()[i], held, denied, needed <= line.bound));
            }
        }
        if (!result.applied() && limits.stream().noneMatch(LimitState::denied)) {
            throw new DomainProblemException(QuotaProblem.QUOTA_OVERFLOW,
                    "what was used would leave the range of amounts; nothing was changed");
        }
        return new Decision(result.applied(), at, shares, limits);
    }

    /**
     * What each limit got back by a refund or a top-up.
     *
     * @param result of a draft that was applied, or of a top-up
     * @throws DomainProblemException when it would have left the range of amounts
     */
    List<Returned> returned(Draft.Result result) {
        if (!result.applied()) {
            throw new DomainProblemException(QuotaProblem.QUOTA_OVERFLOW,
                    "the credit would leave the range of amounts; nothing was changed");
        }
        var returned = new ArrayList<Returned>();
        int steps = kind == Kind.REFUND ? 2 : 1;
        for (Item item : items) {
            for (Line line : item.lines) {
                int last = (returned.size() + 1) * steps - 1;
                long held = kind == Kind.REFUND ? result.values()[last - 1] : line.held;
                returned.add(new Returned(line.returned,
                        LimitState.of(item, line, result.values()[last], held, false, true)));
            }
        }
        return returned;
    }

    /** What a repetition is answered from; it fits whatever its numbers. */
    Memo toMemo() {
        var out = new BytesOut(VERSION).octet(kind.code).signedMillis(at).number(items.size());
        for (Item item : items) {
            out.octet(item.scale).number(item.requested).number(item.requested - item.posted)
                    .number(item.lines.size());
            item.lines.forEach(line -> write(out, line));
        }
        out.flag(hold != null);
        if (hold != null) {
            hold.id.write(out);
            out.signedMillis(hold.expiresAt);
        }
        return Memo.of(out.toBytes());
    }

    private void write(BytesOut out, Line line) {
        boolean ends = !line.end.equals(Period.NEVER);
        boolean withBound = line.bounded && !line.hard;
        out.octet(line.per.unit().code() | (line.hard ? HARD : 0) | (line.bounded ? BOUNDED : 0) | (ends ? ENDS : 0)
                | (line.held != 0 ? WITH_HELD : 0) | (line.pending != 0 ? WITH_PENDING : 0));
        if (line.per.unit() == Per.Unit.DURATION) {
            out.number(line.per.minutes());
        }
        out.number(line.limit);
        if (withBound) {
            out.number(line.bound - line.limit);
        }
        if (ends) {
            out.number(line.end.getEpochSecond() - at.getEpochSecond());
        }
        if (line.held != 0) {
            out.number(line.held);
        }
        if (line.pending != 0) {
            out.signed(line.pending);
        }
        if (kind == Kind.REFUND || kind == Kind.TOP_UP) {
            out.number(line.returned);
        }
    }

    /**
     * Reads a memo.
     *
     * @param quotaTypes those of the request, in its order
     * @throws UnreadableException when it is none that this program knows, or of another request
     */
    static Terms of(Memo memo, List<String> quotaTypes) {
        return BytesIn.read("a memo", memo.bytes(), VERSION, in -> {
            Kind kind = Kind.of(in.octet());
            Instant at = in.signedMillis();
            Iterator<String> types = quotaTypes.iterator();
            List<Item> items = in.list(item -> item(item, kind, at, types.hasNext() ? types.next() : ""));
            if (items.size() != quotaTypes.size()) {
                throw new IllegalArgumentException(items.size() + " quota types, " + quotaTypes.size() + " asked for");
            }
            @Nullable
            Hold hold = in.flag() ? new Hold(ReservationId.read(in), in.signedMillis()) : null;
            return new Terms(kind, at, items, hold);
        });
    }

    private static Item item(BytesIn in, Kind kind, Instant at, String quotaType) {
        int scale = in.octet();
        long requested = in.number();
        long posted = requested - in.number();
        return new Item(quotaType, scale, requested, posted, in.list(line -> line(line, kind, at)));
    }

    private static Line line(BytesIn in, Kind kind, Instant at) {
        int flags = in.octet();
        Per.Unit unit = Per.Unit.of(flags & 0b111);
        var per = new Per(unit, unit == Per.Unit.DURATION ? Math.toIntExact(in.number()) : 0);
        boolean hard = (flags & HARD) != 0;
        boolean bounded = (flags & BOUNDED) != 0;
        long limit = in.number();
        long bound = hard ? limit : bounded ? limit + in.number() : Amount.UNITS_MAX;
        Instant end = (flags & ENDS) != 0
                ? Instant.ofEpochSecond(at.getEpochSecond() + in.number())
                : Period.NEVER;
        long held = (flags & WITH_HELD) != 0 ? in.number() : 0;
        long pending = (flags & WITH_PENDING) != 0 ? in.signed() : 0;
        long returned = kind == Kind.REFUND || kind == Kind.TOP_UP ? in.number() : 0;
        return new Line(per, limit, hard, bound, bounded, end, held, pending, returned);
    }
}
