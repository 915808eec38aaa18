package io.tallygate.grpc.counter;

import io.tallygate.counter.BatchItem;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.CounterProblem;
import io.tallygate.counter.Increment;
import io.tallygate.counter.Leaderboard;
import io.tallygate.counter.Window;
import io.tallygate.counter.v1.LeaderboardEntry;
import io.tallygate.counter.v1.Operation;
import io.tallygate.counter.v1.TopResponse;
import io.tallygate.grpc.Failure;
import io.tallygate.grpc.InvalidRequestException;
import io.tallygate.grpc.Values;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.Refusal;
import io.tallygate.ledger.RowKey;
import java.util.ArrayList;
import java.util.List;

/** Between messages and the domain's types, with the rules of the contract. */
final class CounterMessages {

    private CounterMessages() {}

    private static final RowKey ANY_COUNTER = CounterKey.of("-", "-");

    /** @throws InvalidInputException or {@link InvalidRequestException}, naming {@code field}, or each field within it */
    static RowKey counter(String field, boolean present, io.tallygate.counter.v1.CounterKey counter) {
        if (!present) {
            throw new InvalidInputException(field, "", "is required");
        }
        return counter(field, counter);
    }

    /** @throws InvalidRequestException naming each field within {@code field} that breaks a rule */
    static RowKey counter(String field, io.tallygate.counter.v1.CounterKey counter) {
        try {
            return CounterKey.of(counter.getResourceId(), counter.getCounterType());
        } catch (InvalidInputException e) {
            throw InvalidRequestException.everything(e,
                    () -> Ids.require(field + ".resource_id", counter.getResourceId()),
                    () -> Ids.require(field + ".counter_type", counter.getCounterType()));
        }
    }

    /** @throws InvalidRequestException when there are not 1 to {@code max}, or naming every one that breaks a rule */
    static List<RowKey> counters(String field, List<io.tallygate.counter.v1.CounterKey> counters, int max) {
        Values.requireSize(field, counters.size(), max);
        var keys = new ArrayList<RowKey>(counters.size());
        var errors = new ArrayList<InvalidInputException>();
        for (int i = 0; i < counters.size(); i++) {
            try {
                keys.add(counter(field + '[' + i + ']', counters.get(i)));
            } catch (InvalidRequestException e) {
                errors.addAll(e.errors());
            }
        }
        if (!errors.isEmpty()) {
            throw new InvalidRequestException(errors);
        }
        return keys;
    }

    /** @throws InvalidRequestException naming each field that breaks a rule */
    static BatchItem.Valid item(Operation operation) {
        try {
            RowKey counter = counter("counter", operation.hasCounter(), operation.getCounter());
            requireRequestId(operation);
            requireUserId(operation);
            return new BatchItem.Valid(Increment.of(counter, delta(operation)),
                    operation.hasRequestId() ? operation.getRequestId() : null,
                    operation.hasUserId() ? operation.getUserId() : null);
        } catch (InvalidInputException | InvalidRequestException e) {
            throw InvalidRequestException.everything(e,
                    () -> counter("counter", operation.hasCounter(), operation.getCounter()),
                    () -> Increment.of(ANY_COUNTER, delta(operation)),
                    () -> requireRequestId(operation), () -> requireUserId(operation));
        }
    }

    private static long delta(Operation operation) {
        return operation.hasDelta() ? operation.getDelta() : 1;
    }

    private static void requireRequestId(Operation operation) {
        if (operation.hasRequestId()) {
            Ids.require("request_id", operation.getRequestId());
        }
    }

    private static void requireUserId(Operation operation) {
        if (operation.hasUserId()) {
            Ids.require("user_id", operation.getUserId());
        }
    }

    /** @param number of the enumeration, where a newer client may send what this server does not know */
    static Consistency consistency(int number) {
        return switch (io.tallygate.counter.v1.Consistency.forNumber(number)) {
            case CONSISTENCY_UNSPECIFIED, CONSISTENCY_CACHED -> Consistency.CACHED;
            case CONSISTENCY_STRONG -> Consistency.STRONG;
            case null, default -> throw new InvalidInputException("consistency", Integer.toString(number),
                    "must be CONSISTENCY_CACHED or CONSISTENCY_STRONG");
        };
    }

    /** @param number of the enumeration, where a newer client may send what this server does not know */
    static Window window(int number) {
        return switch (io.tallygate.counter.v1.Window.forNumber(number)) {
            case WINDOW_UNSPECIFIED, WINDOW_ALL -> Window.ALL;
            case WINDOW_MINUTE -> Window.MINUTE;
            case WINDOW_HOUR -> Window.HOUR;
            case WINDOW_DAY -> Window.DAY;
            case null, default -> throw new InvalidInputException("window", Integer.toString(number),
                    "must be WINDOW_ALL, WINDOW_MINUTE, WINDOW_HOUR or WINDOW_DAY");
        };
    }

    private static io.tallygate.counter.v1.Window message(Window window) {
        return switch (window) {
            case ALL -> io.tallygate.counter.v1.Window.WINDOW_ALL;
            case MINUTE -> io.tallygate.counter.v1.Window.WINDOW_MINUTE;
            case HOUR -> io.tallygate.counter.v1.Window.WINDOW_HOUR;
            case DAY -> io.tallygate.counter.v1.Window.WINDOW_DAY;
        };
    }

    static io.tallygate.counter.v1.Reading reading(Reading reading) {
        return io.tallygate.counter.v1.Reading.newBuilder()
                .setCounter(io.tallygate.counter.v1.CounterKey.newBuilder()
                        .setResourceId(reading.row().id())
                        .setCounterType(reading.row().section()))
                .setValue(reading.value()).setAsOf(Values.timestamp(reading.asOf())).build();
    }

    static TopResponse leaderboard(Leaderboard leaderboard) {
        var response = TopResponse.newBuilder().setWindow(message(leaderboard.window()))
                .setAsOf(Values.timestamp(leaderboard.asOf()));
        for (Leaderboard.Entry entry : leaderboard.entries()) {
            response.addEntries(LeaderboardEntry.newBuilder().setRank(entry.rank()).setResourceId(entry.resourceId())
                    .setValue(entry.value()).setMaxError(entry.maxError()));
        }
        return response.build();
    }

    /**
     * Why a change of a counter was refused.
     *
     * @param counter what the caller calls it, such as {@code the counter} or {@code operations[3]}
     */
    static Failure refused(Refusal refusal, String counter) {
        CounterProblem kind = CounterProblem.of(refusal);
        return Failure.of(kind, kind.detail(counter));
    }
}
