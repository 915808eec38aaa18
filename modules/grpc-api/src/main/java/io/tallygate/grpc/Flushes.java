package io.tallygate.grpc;

import io.tallygate.counter.Change;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Flush;
import io.tallygate.counter.FlushResult;
import io.tallygate.counter.IdempotencyKey;
import io.tallygate.counter.KeyedRequest;
import io.tallygate.counter.Outcomes;
import io.tallygate.counter.Refusal;
import io.tallygate.counter.WriteResult;
import io.tallygate.counter.v1.ApplyFlushRequest;
import io.tallygate.counter.v1.ApplyFlushResponse;
import io.tallygate.counter.v1.KeyedResult;
import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Between messages and flushes, in whose names nothing of a session's can hide. */
final class Flushes {

    private static final Pattern WRITER = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final int KEY_BYTES_MAX = 300;
    private static final int FINGERPRINT_LENGTH_MAX = 128;

    private Flushes() {}

    /** @throws InvalidInputException naming what breaks a rule */
    static Flush flush(ApplyFlushRequest request) {
        if (!WRITER.matcher(request.getWriter()).matches()) {
            throw new InvalidInputException("writer", request.getWriter(), "must be 1 to 64 letters, digits, hyphens");
        }
        if (request.getSequence() < 1) {
            throw new InvalidInputException("sequence", Long.toString(request.getSequence()), "must be positive");
        }
        List<Change> changes = each("changes", request.getChangesList(), Flushes::change);
        List<KeyedRequest> requests = each("requests", request.getRequestsList(), Flushes::keyed);
        return new Flush(new FlushId(request.getWriter(), request.getSequence()), at(request), changes, requests,
                request.getFingerprint());
    }

    /** A complaint about one says which; its place is not written out for the others. */
    private static <M, T> List<T> each(String list, List<M> messages, Function<M, ? extends T> reader) {
        var read = new ArrayList<T>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            try {
                read.add(reader.apply(messages.get(i)));
            } catch (InvalidInputException e) {
                throw e.within(list + '[' + i + "].");
            }
        }
        return read;
    }

    private static Instant at(ApplyFlushRequest request) {
        try {
            if (request.hasAt()) {
                return Instant.ofEpochSecond(request.getAt().getSeconds(), request.getAt().getNanos());
            }
        } catch (DateTimeException | ArithmeticException e) {
            // Told below.
        }
        throw new InvalidInputException("at", "", "must be a time");
    }

    private static Change change(io.tallygate.counter.v1.Change change) {
        CounterKey counter = counter(change);
        // Increments of both signs can add up to nothing.
        boolean reset = change.getDelta() == 0 && !change.getFolded();
        return reset ? new Change.Reset(counter) : add(counter, change);
    }

    private static KeyedRequest keyed(io.tallygate.counter.v1.KeyedRequest request) {
        requireLength("id", request.getId(), KEY_BYTES_MAX);
        requireLength("fingerprint", request.getFingerprint(), FINGERPRINT_LENGTH_MAX);
        List<Change.Add> changes = each("changes", request.getChangesList(), Flushes::keyedChange);
        return new KeyedRequest(new IdempotencyKey(request.getId(), request.getFingerprint()), changes);
    }

    private static Change.Add keyedChange(io.tallygate.counter.v1.Change change) {
        CounterKey counter = counter(change);
        if (change.getDelta() == 0) {
            throw new InvalidInputException("delta", "0", "must not be 0 in a keyed request");
        }
        return add(counter, change);
    }

    private static Change.Add add(CounterKey counter, io.tallygate.counter.v1.Change change) {
        return change.getFolded()
                ? Change.Add.folded(counter, change.getDelta())
                : Change.Add.single(counter, change.getDelta());
    }

    private static CounterKey counter(io.tallygate.counter.v1.Change change) {
        return new CounterKey(change.getResourceId(), change.getCounterType());
    }

    private static void requireLength(String field, String text, int bytesMax) {
        if (text.isEmpty() || text.getBytes(StandardCharsets.UTF_8).length > bytesMax) {
            throw new InvalidInputException(field, text, "must be 1 to " + bytesMax + " bytes of UTF-8");
        }
    }

    static ApplyFlushResponse response(FlushResult result) {
        var response = ApplyFlushResponse.newBuilder().setReplayed(result.replayed())
                .setChanges(outcomes(result.changes()));
        for (WriteResult request : result.requests()) {
            response.addRequests(switch (request) {
                case WriteResult.KeyReused _ -> KeyedResult.getDefaultInstance();
                case WriteResult.Committed(Outcomes outcomes, boolean replayed) -> KeyedResult.newBuilder()
                        .setOutcomes(outcomes(outcomes)).setReplayed(replayed).build();
            });
        }
        return response.build();
    }

    private static io.tallygate.counter.v1.Outcomes outcomes(Outcomes outcomes) {
        var message = io.tallygate.counter.v1.Outcomes.newBuilder();
        for (int i = 0; i < outcomes.size(); i++) {
            message.addValues(outcomes.value(i));
            if (outcomes.refused(i)) {
                message.addRefused(i);
            }
            if (outcomes.refusal(i) == Refusal.WRONG_TYPE) {
                message.addWrongType(i);
            }
        }
        return message.build();
    }
}
