package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.Ids;
import io.tallygate.ledger.BytesIn;
import io.tallygate.ledger.BytesOut;
import io.tallygate.ledger.UnreadableException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is settled for one user, tenant or key.
 *
 * @param plan      null for the default plan
 * @param anchor    the date on which its months and years begin; null for those of the limits
 * @param overrides limits in place of the plan's of the same name, or beside them
 * @param planSince since when the version of the plan counts that was known when {@code calendars} were put together
 * @param calendars by which calendars limits go that had other ones before, under another plan or with another anchor
 */
record Subject(String id, @Nullable String plan, @Nullable LocalDate anchor, List<Limit> overrides, Instant planSince,
        Map<LimitName, Calendars> calendars) {

    private static final int VERSION = 1;

    Subject {
        overrides = overrides.stream().sorted(Comparator.comparing(Limit::name)).toList();
        calendars = new TreeMap<>(calendars);
    }

    /** One that nothing was settled for before. */
    Subject(String id, @Nullable String plan, @Nullable LocalDate anchor, List<Limit> overrides) {
        this(id, plan, anchor, overrides, Instant.MIN, Map.of());
    }

    /**
     * Reads what a caller settles: {@code {"plan"?, "overrides"?: [...], "anchor"?}}. Members of other names are ignored.
     *
     * @param fixedScales of the quota types that have been named before
     * @throws io.tallygate.kernel.InvalidInputException when the id is none
     * @throws InvalidDocumentException when the definition breaks rules
     * @throws DomainProblemException           when an override's scale is not that of its quota type
     */
    static Subject read(String id, Datum definition, Map<String, Integer> fixedScales) {
        Ids.require("subject", id);
        var complaints = new Complaints();
        Fields fields = Fields.of(definition, "", complaints);
        Optional<String> plan = fields.string("plan", (field, text) -> {
            Ids.require(field, text);
            return text;
        });
        Optional<LocalDate> anchor = fields.string("anchor", LimitsReader::date);
        List<Limit> overrides = fields.items("overrides")
                .map(items -> new LimitsReader(fixedScales, false, complaints).read("overrides", items))
                .orElse(List.of());
        complaints.throwIfAny();
        return new Subject(id, plan.orElse(null), anchor.orElse(null), overrides);
    }

    /** The name of the plan that it goes by; empty when it has none and there is no default either. */
    static Optional<String> planName(Optional<Subject> subject, Optional<String> defaultPlan) {
        return subject.flatMap(settled -> Optional.ofNullable(settled.plan)).or(() -> defaultPlan);
    }

    /** The same, with the calendars that its limits go by. */
    Subject with(Instant newPlanSince, Map<LimitName, Calendars> newCalendars) {
        return new Subject(id, plan, anchor, overrides, newPlanSince, newCalendars);
    }

    /** Its document. */
    byte[] encode() {
        var out = new BytesOut(VERSION).text(id).flag(plan != null);
        if (plan != null) {
            out.text(plan);
        }
        out.flag(anchor != null);
        if (anchor != null) {
            out.date(anchor);
        }
        LimitsCodec.write(out, overrides);
        out.seconds(planSince).number(calendars.size());
        calendars.forEach((limit, of) -> {
            LimitsCodec.write(out, limit);
            out.number(of.stretches().size());
            for (Calendars.Stretch stretch : of.stretches()) {
                out.seconds(stretch.from()).text(stretch.calendar().zone().getId())
                        .monthDay(stretch.calendar().anchor());
            }
        });
        return LimitsCodec.document(out, "overrides");
    }

    /** @throws UnreadableException when it is none that this program knows */
    static Subject decode(byte[] document) {
        return BytesIn.read("a subject", document, VERSION, in -> {
            String id = in.text();
            @Nullable
            String plan = in.flag() ? in.text() : null;
            @Nullable
            LocalDate anchor = in.flag() ? in.date() : null;
            List<Limit> overrides = LimitsCodec.read(in);
            Instant planSince = in.seconds();
            var calendars = new TreeMap<LimitName, Calendars>();
            for (int i = in.count(); i > 0; i--) {
                LimitName limit = LimitsCodec.name(in);
                calendars.put(limit, new Calendars(limit.per(), in.list(Subject::stretch)));
            }
            return new Subject(id, plan, anchor, overrides, planSince, calendars);
        });
    }

    private static Calendars.Stretch stretch(BytesIn in) {
        Instant from = in.seconds();
        return new Calendars.Stretch(from, new Calendar(ZoneId.of(in.text()), in.monthDay()));
    }
}
