package io.tallygate.grpc.client;

import com.google.protobuf.Timestamp;
import io.tallygate.counter.Change;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.CounterStore.Ranked;
import io.tallygate.counter.Flush;
import io.tallygate.counter.FlushResult;
import io.tallygate.counter.Leaderboard;
import io.tallygate.counter.Outcomes;
import io.tallygate.counter.Reading;
import io.tallygate.counter.Refusal;
import io.tallygate.counter.Window;
import io.tallygate.counter.WindowShare;
import io.tallygate.counter.WriteResult;
import io.tallygate.counter.v1.ApplyFlushRequest;
import io.tallygate.counter.v1.ApplyFlushResponse;
import io.tallygate.counter.v1.KeyedRequest;
import io.tallygate.counter.v1.KeyedResult;
import io.tallygate.counter.v1.TopResponse;
import io.tallygate.counter.v1.WindowShareResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is said and heard, as messages of the contract. */
final class Messages {

    private Messages() {}

    static ApplyFlushRequest of(Flush flush) {
        var request = ApplyFlushRequest.newBuilder().setWriter(flush.id().writer()).setSequence(flush.id().sequence())
                .setAt(of(flush.at())).setFingerprint(flush.fingerprint());
        flush.changes().forEach(change -> request.addChanges(of(change)));
        flush.requests().forEach(keyed -> {
            var message = KeyedRequest.newBuilder().setId(keyed.key().id()).setFingerprint(keyed.key().fingerprint());
            keyed.changes().forEach(change -> message.addChanges(of(change)));
            request.addRequests(message);
        });
        return request.build();
    }

    private static io.tallygate.counter.v1.Change of(Change change) {
        var message = io.tallygate.counter.v1.Change.newBuilder().setResourceId(change.counter().resourceId())
                .setCounterType(change.counter().counterType());
        if (change instanceof Change.Add add) {
            message.setDelta(add.delta()).setFolded(!add.equals(Change.Add.single(add.counter(), add.delta())));
        }
        return message.build();
    }

    static FlushResult of(ApplyFlushResponse response) {
        var requests = new ArrayList<WriteResult>(response.getRequestsCount());
        for (KeyedResult result : response.getRequestsList()) {
            requests.add(result.hasOutcomes()
                    ? new WriteResult.Committed(of(result.getOutcomes()), result.getReplayed())
                    : new WriteResult.KeyReused());
        }
        return new FlushResult(of(response.getChanges()), requests, response.getReplayed());
    }

    private static Outcomes of(io.tallygate.counter.v1.Outcomes message) {
        var values = new long[message.getValuesCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = message.getValues(i);
        }
        if (message.getRefusedCount() == 0) {
            return Outcomes.applied(values);
        }
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[values.length];
        message.getRefusedList().forEach(i -> refusals[i] = Refusal.RANGE);
        message.getWrongTypeList().forEach(i -> refusals[i] = Refusal.WRONG_TYPE);
        return Outcomes.of(values, refusals);
    }

    static io.tallygate.counter.v1.CounterKey of(CounterKey counter) {
        return io.tallygate.counter.v1.CounterKey.newBuilder().setResourceId(counter.resourceId())
                .setCounterType(counter.counterType()).build();
    }

    static Reading of(CounterKey counter, io.tallygate.counter.v1.Reading reading) {
        return new Reading(counter, reading.getValue(), of(reading.getAsOf()));
    }

    static Leaderboard of(Window window, TopResponse response) {
        return new Leaderboard(window, response.getEntriesList().stream()
                .map(entry -> new Leaderboard.Entry(
                        entry.getRank(), entry.getResourceId(), entry.getValue(), entry.getMaxError()))
                .toList(), of(response.getAsOf()));
    }

    static WindowShare of(WindowShareResponse response) {
        List<Ranked> sums = response.getSharesList().stream()
                .map(share -> new Ranked(share.getResourceId(), share.getValue())).toList();
        return new WindowShare(sums, response.getMaxError());
    }

    static io.tallygate.counter.v1.Window of(Window window) {
        return switch (window) {
            case MINUTE -> io.tallygate.counter.v1.Window.WINDOW_MINUTE;
            case HOUR -> io.tallygate.counter.v1.Window.WINDOW_HOUR;
            case DAY -> io.tallygate.counter.v1.Window.WINDOW_DAY;
            case ALL -> io.tallygate.counter.v1.Window.WINDOW_ALL;
        };
    }

    private static Timestamp of(Instant instant) {
        return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).setNanos(instant.getNano()).build();
    }

    private static Instant of(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }
}
