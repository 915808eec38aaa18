package io.tallygate.grpc.client;

import io.grpc.Channel;
import io.tallygate.counter.v1.BatchGetRequest;
import io.tallygate.counter.v1.BatchGetResponse;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.CounterServiceGrpc.CounterServiceBlockingStub;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.RowKey;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Calls for the values of counters. Thread-safe. */
final class CounterReads implements BiFunction<List<RowKey>, Consistency, List<Reading>> {

    private final RemoteCalls<CounterServiceBlockingStub> calls;

    CounterReads(Supplier<Channel> channel, Duration timeout) {
        this.calls = new RemoteCalls<>(GrpcClientFactory.SERVICE, CounterServiceGrpc::newBlockingStub, channel,
                timeout);
    }

    @Override
    public List<Reading> apply(List<RowKey> counters, Consistency consistency) {
        var request = BatchGetRequest.newBuilder().setConsistency(switch (consistency) {
            case CACHED -> io.tallygate.counter.v1.Consistency.CONSISTENCY_CACHED;
            case STRONG -> io.tallygate.counter.v1.Consistency.CONSISTENCY_STRONG;
        });
        counters.forEach(counter -> request.addCounters(Messages.of(counter)));
        BatchGetResponse response = calls.make(stub -> stub.batchGet(request.build()));
        return IntStream.range(0, response.getReadingsCount())
                .mapToObj(i -> Messages.of(counters.get(i), response.getReadings(i))).toList();
    }
}
