package io.tallygate.quota;

import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.BytesIn;
import io.tallygate.ledger.BytesOut;
import io.tallygate.ledger.Document;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Limits, and what names one, as parts of documents. */
final class LimitsCodec {

    private static final int HARD = 1;
    private static final int WITH_ANCHOR = 2;
    private static final int WITH_GRACE = 4;

    private LimitsCodec() {}

    static void write(BytesOut out, List<Limit> limits) {
        out.number(limits.size());
        for (Limit limit : limits) {
            write(out, limit);
        }
    }

    private static void write(BytesOut out, Limit limit) {
        LocalDate anchor = limit.anchor();
        Amount grace = limit.grace();
        write(out, limit.name());
        out.number(limit.most()).octet(limit.scale()).octet((limit.hard() ? HARD : 0)
                | (anchor != null ? WITH_ANCHOR : 0) | (grace != null ? WITH_GRACE : 0));
        if (anchor != null) {
            out.date(anchor);
        }
        if (grace != null) {
            out.number(grace.unscaled()).octet(grace.scale());
        }
    }

    static void write(BytesOut out, LimitName name) {
        write(out.text(name.quotaType()), name.per());
    }

    static List<Limit> read(BytesIn in) {
        return in.list(LimitsCodec::limit);
    }

    private static Limit limit(BytesIn in) {
        LimitName name = name(in);
        long most = in.number();
        int scale = in.octet();
        int flags = in.octet();
        @Nullable
        LocalDate anchor = (flags & WITH_ANCHOR) != 0 ? in.date() : null;
        @Nullable
        Amount grace = (flags & WITH_GRACE) != 0 ? new Amount(in.number(), in.octet()) : null;
        return new Limit(name, most, anchor, (flags & HARD) != 0, grace, scale);
    }

    static LimitName name(BytesIn in) {
        return new LimitName(in.text(), per(in));
    }

    static void write(BytesOut out, Per per) {
        out.octet(per.unit().code());
        if (per.unit() == Per.Unit.DURATION) {
            out.number(per.minutes());
        }
    }

    static Per per(BytesIn in) {
        Per.Unit unit = Per.Unit.of(in.octet());
        return new Per(unit, unit == Per.Unit.DURATION ? Math.toIntExact(in.number()) : 0);
    }

    /**
     * What was written, as a document.
     *
     * @param field what the document is called where its content came from
     * @throws InvalidInputException naming {@code field} when it is too large for the ledger
     */
    static byte[] document(BytesOut out, String field) {
        if (out.size() > Document.BYTES_MAX) {
            throw new InvalidInputException(field, out.size() + " bytes",
                    "must take at most " + Document.BYTES_MAX + " bytes, with the calendars of before");
        }
        return out.toBytes();
    }
}
