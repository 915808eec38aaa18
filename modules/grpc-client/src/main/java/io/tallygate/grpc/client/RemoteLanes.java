package io.tallygate.grpc.client;

import io.tallygate.grpc.connect.Channels;
import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.EventLoops;
import io.tallygate.ledger.Lane;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Lanes to one service. Postings whose first rows have one home share a lane, and so their order and the folding. Thread-safe;
 * no method but {@link #close} blocks.
 */
final class RemoteLanes implements CommitGauges, AutoCloseable {

    /** What surely fits the largest message that a service takes. */
    private static final int FLUSH_OPERATIONS_MAX = 8192;

    private final List<Lane> lanes;

    /**
     * @param service its name, for the lanes' threads and for those who read of a failure
     * @param loops   those of this process, which begin the lanes' calls
     */
    RemoteLanes(String service, Channels channels, EventLoops loops, ClientSettings settings, CommitSettings commit,
            CommitMetrics metrics, InstantSource clock, LongSupplier ticker) {
        var flushes = new CommitSettings(commit.queueMax(), Math.min(commit.batchMax(), FLUSH_OPERATIONS_MAX),
                commit.timeout(), commit.linger(), commit.lingerOperations());
        this.lanes = IntStream.range(0, settings.lanes()).mapToObj(lane -> new Lane(service + "-lane-" + lane,
                new RemoteFlushes(service, () -> channels.byKey(lane), settings.callTimeout()), loops, flushes, metrics,
                settings.closeTimeout(), clock, ticker)).toList();
    }

    private Lane lane(Posting posting) {
        int home = posting.changes().isEmpty() ? 0 : posting.changes().getFirst().row().home();
        return lanes.get(Math.floorMod(home, lanes.size()));
    }

    CompletionStage<PostingResult> post(Posting posting) {
        return lane(posting).post(posting);
    }

    void accept(Posting posting) {
        lane(posting).accept(posting);
    }

    @Override
    public int depth() {
        return lanes.stream().mapToInt(Lane::depth).sum();
    }

    @Override
    public int acceptedDepth() {
        return lanes.stream().mapToInt(Lane::acceptedDepth).sum();
    }

    /** Refuses everything from now on, and begins to send what is queued. Returns at once. */
    void startClosing() {
        lanes.forEach(Lane::startClosing);
    }

    /** Sends what is queued, within {@link ClientSettings#closeTimeout}, then refuses everything. */
    @Override
    public void close() {
        startClosing();
        lanes.forEach(Lane::close);
    }
}
