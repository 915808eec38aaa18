package io.tallygate.http.quota;

import com.fasterxml.jackson.core.JsonGenerator;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.tallygate.http.Answers;
import io.tallygate.http.Problem;
import io.tallygate.kernel.Answered;
import io.tallygate.quota.Amount;
import io.tallygate.quota.ConsumerStatistics;
import io.tallygate.quota.Ended;
import io.tallygate.quota.Limit;
import io.tallygate.quota.PeriodUsage;
import io.tallygate.quota.PlanPage;
import io.tallygate.quota.PlanState;
import io.tallygate.quota.QuotaProblem;
import io.tallygate.quota.Reservation;
import io.tallygate.quota.Returned;
import io.tallygate.quota.SubjectPage;
import io.tallygate.quota.SubjectState;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What everything but decisions is answered with, in JSON. */
final class QuotaAnswers {

    private QuotaAnswers() {}

    static HttpResponse<byte[]> accepted() {
        return Answers.json(HttpStatus.ACCEPTED, out -> {
            out.writeStartObject();
            out.writeBooleanField("accepted", true);
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> reservation(Reservation reservation) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            writeReservation(out, reservation);
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> ended(Ended ended) {
        if (ended.asAsked()) {
            return reservation(ended.reservation());
        }
        return Problem.of(QuotaProblem.RESERVATION_ENDED,
                "the reservation was " + state(ended.reservation()) + " already; nothing was changed")
                .response(out -> writeReservation(out, ended.reservation()));
    }

    private static String state(Reservation reservation) {
        return reservation.state().name().toLowerCase(Locale.ROOT);
    }

    private static void writeReservation(JsonGenerator out, Reservation reservation) throws IOException {
        out.writeStringField("reservation_id", reservation.id().toString());
        out.writeStringField("subject", reservation.subject());
        out.writeStringField("state", state(reservation));
        out.writeStringField("expires_at", reservation.expiresAt().toString());
        if (reservation.endedAt() != null) {
            out.writeStringField("ended_at", reservation.endedAt().toString());
        }
        out.writeArrayFieldStart("quotas");
        for (Reservation.Part part : reservation.parts()) {
            out.writeStartObject();
            out.writeStringField("quota_type", part.quotaType());
            DecisionAnswers.writeAmount(out, "reserved", part.reserved(), part.scale());
            DecisionAnswers.writeAmount(out, "committed", part.committed(), part.scale());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    /** What limits got back. */
    static HttpResponse<byte[]> returned(String subject, Answered<List<Returned>> answered) {
        return Answers.replayed(answered.replayed(), Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeStringField("subject", subject);
            out.writeArrayFieldStart("limits");
            for (Returned returned : answered.value()) {
                out.writeStartObject();
                DecisionAnswers.writeAmount(out, "returned", returned.units(), returned.limit().scale());
                DecisionAnswers.writeLimit(out, returned.limit());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }));
    }

    static HttpResponse<byte[]> subject(SubjectState state) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeStringField("subject", state.subject());
            out.writeStringField("plan", state.plan());
            out.writeBooleanField("default_plan", !state.ownPlan());
            writeOverrides(out, state.overrides(), state.anchor());
            if (state.effectiveAt().isPresent()) {
                out.writeStringField("effective_at", state.effectiveAt().get().toString());
            }
            DecisionAnswers.writeLimits(out, state.limits());
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> subjects(SubjectPage page) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("subjects");
            for (SubjectPage.Entry entry : page.subjects()) {
                out.writeStartObject();
                out.writeStringField("subject", entry.subject());
                if (entry.plan() != null) {
                    out.writeStringField("plan", entry.plan());
                }
                writeOverrides(out, entry.overrides(), entry.anchor());
                out.writeEndObject();
            }
            out.writeEndArray();
            writeAfter(out, page.after());
            out.writeEndObject();
        });
    }

    private static void writeOverrides(JsonGenerator out, List<Limit> overrides, @Nullable LocalDate anchor)
            throws IOException {
        writeDefinitions(out, "overrides", overrides);
        if (anchor != null) {
            out.writeStringField("anchor", anchor.toString());
        }
    }

    private static void writeAfter(JsonGenerator out, @Nullable String after) throws IOException {
        if (after != null) {
            out.writeStringField("after", after);
        }
    }

    /** Limits as they are defined. */
    private static void writeDefinitions(JsonGenerator out, String name, List<Limit> limits) throws IOException {
        out.writeArrayFieldStart(name);
        for (Limit limit : limits) {
            out.writeStartObject();
            out.writeStringField("quota_type", limit.quotaType());
            DecisionAnswers.writeAmount(out, "limit", limit.most(), limit.scale());
            out.writeStringField("per", limit.per().toString());
            if (limit.anchor() != null) {
                out.writeStringField("anchor", limit.anchor().toString());
            }
            out.writeBooleanField("hard", limit.hard());
            Amount grace = limit.grace();
            if (grace != null) {
                out.writeFieldName("grace");
                out.writeNumber(grace.toString());
            }
            out.writeNumberField("scale", limit.scale());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    static HttpResponse<byte[]> usage(String subject, List<PeriodUsage> periods) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeStringField("subject", subject);
            out.writeArrayFieldStart("periods");
            for (PeriodUsage period : periods) {
                out.writeStartObject();
                out.writeStringField("quota_type", period.quotaType());
                out.writeStringField("per", period.per().toString());
                out.writeStringField("start", period.start().toString());
                if (period.end().isPresent()) {
                    out.writeStringField("end", period.end().get().toString());
                }
                DecisionAnswers.writeAmount(out, "used", period.used(), period.scale());
                DecisionAnswers.writeAmount(out, "held", period.held(), period.scale());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> plans(PlanPage page) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            if (page.defaultPlan() != null) {
                out.writeStringField("default_plan", page.defaultPlan());
            }
            out.writeArrayFieldStart("plans");
            for (PlanState plan : page.plans()) {
                writePlan(out, plan);
            }
            out.writeEndArray();
            writeAfter(out, page.after());
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> plan(PlanState plan) {
        return Answers.json(HttpStatus.OK, out -> writePlan(out, plan)).header(HttpHeaders.ETAG, etag(plan));
    }

    private static String etag(PlanState plan) {
        return '"' + plan.tag() + '"';
    }

    private static void writePlan(JsonGenerator out, PlanState state) throws IOException {
        out.writeStartObject();
        out.writeStringField("plan", state.plan().name());
        out.writeStringField("time_zone", state.plan().timeZone().equals(ZoneOffset.UTC)
                ? "UTC"
                : state.plan().timeZone().getId());
        writeDefinitions(out, "limits", state.plan().limits());
        out.writeStringField("source", state.stored() ? "api" : "file");
        out.writeStringField("etag", etag(state));
        if (state.effectiveAt().isPresent()) {
            out.writeStringField("effective_at", state.effectiveAt().get().toString());
        }
        out.writeEndObject();
    }

    static HttpResponse<byte[]> consumer(ConsumerStatistics statistics) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeBooleanField("healthy", statistics.healthy());
            out.writeNumberField("total", statistics.total());
            out.writeNumberField("processed", statistics.processed());
            out.writeNumberField("failed", statistics.failed());
            out.writeNumberField("lost", statistics.lost());
            out.writeNumberField("batches", statistics.batches());
            out.writeNumberField("queued", statistics.queued());
            out.writeNumberField("fallbacks", statistics.fallbacks());
            out.writeEndObject();
        });
    }
}
