package io.tallygate.grpc.client;

import io.grpc.Channel;
import io.tallygate.counter.v1.BatchGetRequest;
import io.tallygate.counter.v1.BatchGetResponse;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.grpc.connect.Detour;
import io.tallygate.kernel.ReadSource;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.RowKey;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Reads that waited together, as one call for each consistency that was asked for. Thread-safe. */
final class RemoteReads implements ReadSource<RemoteReads.Question, List<Reading>> {

    /** The most counters that the contract lets one call ask for. */
    static final int COUNTERS_MAX = 1000;

    /** As many calls as may be late, each for its counters, while others are answered. */
    static final int CALLS_MAX = 64;

    /** Counters to be read. */
    record Question(List<RowKey> counters, Consistency consistency) {}

    private final Supplier<Channel> channel;
    private final Duration timeout;
    private final Detour detour = new Detour();

    RemoteReads(Supplier<Channel> channel, Duration timeout) {
        this.channel = channel;
        this.timeout = timeout;
    }

    @Override
    public void read(List<Question> questions, Answers<List<Reading>> answers) {
        var wanted = new EnumMap<Consistency, Set<RowKey>>(Consistency.class);
        for (Question question : questions) {
            wanted.computeIfAbsent(question.consistency(), c -> new LinkedHashSet<>()).addAll(question.counters());
        }
        wanted.forEach((consistency, counters) -> {
            Map<RowKey, Reading> known = read(List.copyOf(counters), consistency);
            for (int i = 0; i < questions.size(); i++) {
                if (questions.get(i).consistency() == consistency) {
                    answers.answered(i, questions.get(i).counters().stream().map(known::get).toList());
                }
            }
        });
    }

    private Map<RowKey, Reading> read(List<RowKey> counters, Consistency consistency) {
        var readings = new HashMap<RowKey, Reading>(2 * counters.size());
        for (int from = 0; from < counters.size(); from += COUNTERS_MAX) {
            List<RowKey> part = counters.subList(from, Math.min(counters.size(), from + COUNTERS_MAX));
            BatchGetResponse response = call(part, consistency);
            if (response.getReadingsCount() != part.size()) {
                throw new IllegalStateException(
                        response.getReadingsCount() + " readings of " + part.size() + " counters");
            }
            for (int i = 0; i < part.size(); i++) {
                readings.put(part.get(i), Messages.of(part.get(i), response.getReadings(i)));
            }
        }
        return readings;
    }

    private BatchGetResponse call(List<RowKey> counters, Consistency consistency) {
        var request = BatchGetRequest.newBuilder().setConsistency(switch (consistency) {
            case CACHED -> io.tallygate.counter.v1.Consistency.CONSISTENCY_CACHED;
            case STRONG -> io.tallygate.counter.v1.Consistency.CONSISTENCY_STRONG;
        });
        counters.forEach(counter -> request.addCounters(Messages.of(counter)));
        try {
            BatchGetResponse response = detour.on(CounterServiceGrpc.newBlockingStub(channel.get()))
                    .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS).batchGet(request.build());
            detour.answered();
            return response;
        } catch (RuntimeException e) {
            detour.failed();
            throw Failures.of(e);
        }
    }
}
