package io.tallygate.grpc.client;

import io.tallygate.counter.v1.FrameAck;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What a session has taken and not seen acknowledged: batches that wait, and numbered frames in the order of their numbers,
 * the first of which were sent on the connection that there is. It knows no connection, no thread and no time; its owner
 * tells it what happened. Not thread-safe.
 */
final class SessionWindow {

    /** What an acknowledgement means. */
    sealed interface Acknowledged {

        /** The first frame is stored, and on its way no more. */
        record Stored(PendingFrame frame) implements Acknowledged {}

        /** It is of another frame than the first that was sent. */
        record OutOfOrder() implements Acknowledged {}

        /**
         * It is of another client's frame, under this session's name: of a frame that was never sent before, the server
         * cannot have forgotten the outcomes.
         */
        record OfAnotherClient() implements Acknowledged {}
    }

    private final int pendingMax;
    private final ArrayDeque<PendingBatch> waiting = new ArrayDeque<>();
    private final ArrayList<PendingFrame> frames = new ArrayList<>();
    private int pending;
    /** How many of the frames were sent on this connection: the first ones. */
    private int sent;
    /** How many of the frames were sent on an earlier connection: the first ones. */
    private int sentBefore;
    private long lastSequence;

    /** @param pendingMax increments that may wait or be on their way */
    SessionWindow(int pendingMax) {
        this.pendingMax = pendingMax;
    }

    boolean hasRoomFor(PendingBatch batch) {
        return pending + batch.size() <= pendingMax;
    }

    void add(PendingBatch batch) {
        waiting.add(batch);
        pending += batch.size();
    }

    /** Whether there is a frame to send on this connection. */
    boolean hasNext() {
        return sent < frames.size() || !waiting.isEmpty();
    }

    /** The frame to send now: one that this connection has not seen yet, or else a new one of what waits. */
    PendingFrame next() {
        if (sent == frames.size()) {
            frames.add(PendingFrame.pack(++lastSequence, waiting));
        }
        return frames.get(sent++);
    }

    /** How many frames are on their way on this connection. */
    int sent() {
        return sent;
    }

    Acknowledged acknowledge(FrameAck ack) {
        if (ack.getOutcomesUnknown() && sentBefore == 0 && sent > 0) {
            return new Acknowledged.OfAnotherClient();
        }
        if (sent == 0 || frames.getFirst().sequence() != ack.getSequence()) {
            return new Acknowledged.OutOfOrder();
        }
        sent--;
        sentBefore = Math.max(0, sentBefore - 1);
        return new Acknowledged.Stored(frames.removeFirst());
    }

    /** The batches of a frame that was stored were told so, and need no room any more. */
    void told(PendingFrame frame) {
        pending -= frame.size();
    }

    /** Whether nothing waits, and all that was stored was told so. */
    boolean isEmpty() {
        return pending == 0;
    }

    /** The connection is no more: what was sent may be stored or not, and is to be sent again unchanged on the next one. */
    void disconnected() {
        sentBefore = Math.max(sentBefore, sent);
        sent = 0;
    }

    /**
     * The session goes on under another name, because another client's frame took the number of the first one. So none of
     * these was stored: the store takes the frames of a name in the order of their numbers.
     */
    void renamed() {
        sentBefore = 0;
    }

    /** Gives up all that is not acknowledged, in the order in which it was added. */
    List<PendingBatch> abandon() {
        var orphans = new ArrayList<PendingBatch>();
        frames.forEach(frame -> orphans.addAll(frame.batches()));
        orphans.addAll(waiting);
        frames.clear();
        waiting.clear();
        sent = 0;
        orphans.forEach(batch -> pending -= batch.size());
        return orphans;
    }
}
