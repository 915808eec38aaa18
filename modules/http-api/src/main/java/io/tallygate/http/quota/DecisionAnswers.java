package io.tallygate.http.quota;

import com.fasterxml.jackson.core.JsonGenerator;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.tallygate.http.Answers;
import io.tallygate.http.Problem;
import io.tallygate.kernel.Answered;
import io.tallygate.quota.Amount;
import io.tallygate.quota.Decision;
import io.tallygate.quota.LimitState;
import io.tallygate.quota.QuotaProblem;
import io.tallygate.quota.Reserved;
import io.tallygate.quota.Wanted;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

/** What decisions are in JSON, and how a denial is answered. Thread-safe. */
final class DecisionAnswers {

    private final InstantSource clock;

    DecisionAnswers(InstantSource clock) {
        this.clock = clock;
    }

    /** The answer to a question, which is no problem either way. */
    static MutableHttpResponse<byte[]> checked(Decision decision) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            writeMembers(out, decision);
            out.writeEndObject();
        });
    }

    /** The answer by what was known before. */
    static MutableHttpResponse<byte[]> stale(Decision decision) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            writeMembers(out, decision);
            out.writeBooleanField("stale", true);
            out.writeEndObject();
        });
    }

    /** The answer where nothing is known. */
    static MutableHttpResponse<byte[]> unknown(boolean allowed, Instant at, List<Wanted> wanted) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeBooleanField("allowed", allowed);
            out.writeStringField("as_of", at.toString());
            out.writeArrayFieldStart("quotas");
            for (Wanted one : wanted) {
                out.writeStartObject();
                out.writeStringField("quota_type", one.quotaType());
                out.writeFieldName("requested");
                out.writeNumber(one.amount().toString());
                out.writeFieldName("granted");
                out.writeNumber(allowed ? one.amount().toString() : "0");
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeArrayFieldStart("limits");
            out.writeEndArray();
            out.writeBooleanField("stale", true);
            out.writeEndObject();
        });
    }

    HttpResponse<byte[]> consumed(Answered<Decision> answered) {
        Decision decision = answered.value();
        return Answers.replayed(answered.replayed(), decision.allowed() ? checked(decision) : denied(decision));
    }

    HttpResponse<byte[]> reserved(Answered<Reserved> answered) {
        return Answers.replayed(answered.replayed(), reserved(answered.value()));
    }

    private MutableHttpResponse<byte[]> reserved(Reserved reserved) {
        if (!reserved.decision().allowed()) {
            return denied(reserved.decision());
        }
        String id = Objects.requireNonNull(reserved.reservationId());
        String expiresAt = Objects.requireNonNull(reserved.expiresAt()).toString();
        return Answers.json(HttpStatus.CREATED, out -> {
            out.writeStartObject();
            out.writeStringField("reservation_id", id);
            out.writeStringField("expires_at", expiresAt);
            writeMembers(out, reserved.decision());
            out.writeEndObject();
        }).header(HttpHeaders.LOCATION, ReservationController.PATH + '/' + id);
    }

    private MutableHttpResponse<byte[]> denied(Decision decision) {
        Instant now = clock.instant();
        var problem = new Problem(QuotaProblem.QUOTA_EXCEEDED, decision.denial(), List.of(), decision.retryAfter(now));
        MutableHttpResponse<byte[]> response = problem.response(out -> writeMembers(out, decision));
        QuotaLimitFields.set(response, decision, now);
        return response;
    }

    /** The members of a decision, into an object that is open. */
    static void writeMembers(JsonGenerator out, Decision decision) throws IOException {
        out.writeBooleanField("allowed", decision.allowed());
        out.writeStringField("as_of", decision.asOf().toString());
        out.writeArrayFieldStart("quotas");
        for (Decision.Share share : decision.shares()) {
            out.writeStartObject();
            out.writeStringField("quota_type", share.quotaType());
            writeAmount(out, "requested", share.requested(), share.scale());
            writeAmount(out, "granted", share.granted(), share.scale());
            out.writeEndObject();
        }
        out.writeEndArray();
        writeLimits(out, decision.limits());
    }

    /** The member {@code limits}. */
    static void writeLimits(JsonGenerator out, List<LimitState> limits) throws IOException {
        out.writeArrayFieldStart("limits");
        for (LimitState limit : limits) {
            out.writeStartObject();
            writeLimit(out, limit);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    /** The members of a limit, into an object that is open. */
    static void writeLimit(JsonGenerator out, LimitState limit) throws IOException {
        out.writeStringField("quota_type", limit.quotaType());
        out.writeStringField("per", limit.per().toString());
        writeAmount(out, "limit", limit.limit(), limit.scale());
        writeAmount(out, "used", limit.used(), limit.scale());
        writeAmount(out, "held", limit.held(), limit.scale());
        writeAmount(out, "remaining", limit.remaining(), limit.scale());
        writeAmount(out, "pending", limit.pending(), limit.scale());
        if (limit.resetsAt().isPresent()) {
            out.writeStringField("resets_at", limit.resetsAt().get().toString());
        }
        out.writeBooleanField("hard", limit.hard());
        out.writeBooleanField("over", limit.over());
    }

    /** An amount as exact digits. */
    static void writeAmount(JsonGenerator out, String name, long units, int scale) throws IOException {
        if (scale == 0) {
            out.writeNumberField(name, units);
        } else {
            out.writeFieldName(name);
            out.writeNumber(Amount.text(units, scale));
        }
    }
}
