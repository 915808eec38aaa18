package io.tallygate.http.counter;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.tallygate.counter.CounterProblem;
import io.tallygate.counter.Leaderboard;
import io.tallygate.http.Answers;
import io.tallygate.http.Problem;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.Refusal;
import io.tallygate.ledger.RowKey;
import java.io.IOException;
import java.util.List;

/** What counters and leaderboards answer, in JSON. */
final class CounterAnswers {

    /** Encoded once, as every increment is answered with them. */
    private static final SerializableString RESOURCE_ID = new SerializedString("resource_id");
    private static final SerializableString COUNTER_TYPE = new SerializedString("counter_type");
    private static final SerializableString VALUE = new SerializedString("value");

    private CounterAnswers() {}

    /** What became of a single increment. */
    static HttpResponse<byte[]> committed(RowKey counter, PostingResult result, String key) {
        return switch (result) {
            case PostingResult.KeyReused _ -> Problem.keyReused(key).response();
            case PostingResult.Failed(RuntimeException failure) -> throw failure;
            case PostingResult.Committed(Outcomes outcomes, var _, boolean replayed) -> {
                Refusal refusal = outcomes.refusal(0);
                yield Answers.replayed(replayed, refusal == null
                        ? value(counter, outcomes.value(0))
                        : refused(refusal, "the counter").response());
            }
        };
    }

    private static MutableHttpResponse<byte[]> value(RowKey counter, long value) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            writeKey(out, counter);
            out.writeFieldName(VALUE);
            out.writeNumber(value);
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> accepted(RowKey counter) {
        return Answers.json(HttpStatus.ACCEPTED, out -> {
            out.writeStartObject();
            writeKey(out, counter);
            out.writeBooleanField("accepted", true);
            out.writeEndObject();
        });
    }

    static MutableHttpResponse<byte[]> reading(Reading reading) {
        return Answers.json(HttpStatus.OK, out -> writeReading(out, reading));
    }

    static MutableHttpResponse<byte[]> readings(List<Reading> readings) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("results");
            for (Reading reading : readings) {
                writeReading(out, reading);
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private static void writeReading(JsonGenerator out, Reading reading) throws IOException {
        out.writeStartObject();
        writeKey(out, reading.row());
        out.writeNumberField("value", reading.value());
        out.writeStringField("as_of", reading.asOf().toString());
        out.writeEndObject();
    }

    static HttpResponse<byte[]> leaderboard(Leaderboard leaderboard) {
        return leaderboard(leaderboard, false);
    }

    /** One that is not what it should be. */
    static MutableHttpResponse<byte[]> staleLeaderboard(Leaderboard leaderboard) {
        return leaderboard(leaderboard, true);
    }

    private static MutableHttpResponse<byte[]> leaderboard(Leaderboard leaderboard, boolean stale) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("entries");
            for (Leaderboard.Entry entry : leaderboard.entries()) {
                out.writeStartObject();
                out.writeNumberField("rank", entry.rank());
                out.writeStringField("resource_id", entry.resourceId());
                out.writeNumberField("value", entry.value());
                out.writeNumberField("max_error", entry.maxError());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeStringField("window", leaderboard.window().label());
            out.writeStringField("as_of", leaderboard.asOf().toString());
            if (stale) {
                out.writeBooleanField("stale", true);
            }
            out.writeEndObject();
        });
    }

    /** The two members that name a counter. */
    private static void writeKey(JsonGenerator out, RowKey counter) throws IOException {
        out.writeFieldName(RESOURCE_ID);
        out.writeString(counter.id());
        out.writeFieldName(COUNTER_TYPE);
        out.writeString(counter.section());
    }

    /**
     * Why a change of a counter was refused.
     *
     * @param counter what the caller calls it, such as {@code the counter} or {@code operations[3]}
     */
    static Problem refused(Refusal refusal, String counter) {
        CounterProblem kind = CounterProblem.of(refusal);
        return Problem.of(kind, kind.detail(counter));
    }
}
