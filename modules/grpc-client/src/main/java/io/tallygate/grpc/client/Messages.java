package io.tallygate.grpc.client;

import com.google.protobuf.Timestamp;
import io.tallygate.counter.Leaderboard;
import io.tallygate.counter.Window;
import io.tallygate.counter.WindowShare;
import io.tallygate.counter.v1.TopResponse;
import io.tallygate.counter.v1.WindowShareResponse;
import io.tallygate.ledger.LedgerStore.Ranked;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.RowKey;
import java.time.Instant;
import java.util.List;

/** What is said and heard, as messages of the contract. */
final class Messages {

    private Messages() {}

    static io.tallygate.counter.v1.CounterKey of(RowKey counter) {
        return io.tallygate.counter.v1.CounterKey.newBuilder().setResourceId(counter.id())
                .setCounterType(counter.section()).build();
    }

    static Reading of(RowKey counter, io.tallygate.counter.v1.Reading reading) {
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

    static Timestamp of(Instant instant) {
        return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).setNanos(instant.getNano()).build();
    }

    static Instant of(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }
}
