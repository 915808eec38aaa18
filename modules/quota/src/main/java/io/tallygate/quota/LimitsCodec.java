package io.tallygate.quota;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Limits as parts of documents. */
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
        out.text(name.quotaType()).per(name.per());
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
        return new LimitName(in.text(), in.per());
    }
}
