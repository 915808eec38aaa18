package io.tallygate.grpc.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.UnsafeByteOperations;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Refusal;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.v1.ApplyFlushRequest;
import io.tallygate.ledger.v1.ApplyFlushResponse;
import io.tallygate.ledger.v1.BoundedAdd;
import io.tallygate.ledger.v1.Delete;
import io.tallygate.ledger.v1.Key;
import io.tallygate.ledger.v1.Put;
import org.jspecify.annotations.Nullable;

/** Flushes and their results, as messages of the contract between processes. */
final class FlushMessages {

    private final RowNames names = new RowNames();
    private final ApplyFlushRequest.Builder request = ApplyFlushRequest.newBuilder();

    private FlushMessages() {}

    static ApplyFlushRequest of(Flush flush) {
        return new FlushMessages().request(flush);
    }

    private ApplyFlushRequest request(Flush flush) {
        request.setWriter(flush.id().writer()).setSequence(flush.id().sequence()).setFingerprint(flush.fingerprint())
                .setAt(Messages.of(flush.at()));
        flush.postings().forEach(posting -> request.addPostings(message(posting)));
        return request.addAllSections(names.sections()).build();
    }

    private io.tallygate.ledger.v1.Posting message(Posting posting) {
        var message = io.tallygate.ledger.v1.Posting.newBuilder().setMode(switch (posting.mode()) {
            case EACH -> io.tallygate.ledger.v1.Mode.MODE_EACH;
            case ALL -> io.tallygate.ledger.v1.Mode.MODE_ALL;
            case FIT_EACH -> io.tallygate.ledger.v1.Mode.MODE_FIT_EACH;
            case FIT_ALL -> io.tallygate.ledger.v1.Mode.MODE_FIT_ALL;
        });
        IdempotencyKey key = posting.key();
        if (key != null) {
            message.setKey(message(key));
        }
        if (posting.memo().length() > 0) {
            message.setMemo(ByteString.copyFrom(posting.memo().bytes()));
        }
        posting.changes().forEach(change -> message.addChanges(message(change)));
        return message.build();
    }

    private static Key message(IdempotencyKey key) {
        var message = Key.newBuilder().setId(key.id()).setFingerprint(key.fingerprint());
        if (!key.life().equals(IdempotencyKey.LIFE)) {
            message.setLife(message(key.life()));
        }
        if (!key.refusedLife().equals(IdempotencyKey.LIFE)) {
            message.setRefusedLife(message(key.refusedLife()));
        }
        return message.build();
    }

    private static Duration message(java.time.Duration duration) {
        return Duration.newBuilder().setSeconds(duration.getSeconds()).setNanos(duration.getNano()).build();
    }

    private io.tallygate.ledger.v1.Change message(Change change) {
        RowKey row = change.row();
        var message = io.tallygate.ledger.v1.Change.newBuilder().setSection(names.section(row)).setId(row.id())
                .setHome(row.home());
        switch (change) {
            case Change.Add add when add.isUnbounded() -> message.setAdd(add.delta());
            case Change.Add(var _, var delta, var atLeast, var atMost) -> message.setBoundedAdd(
                    BoundedAdd.newBuilder().setDelta(delta).setAtLeast(atLeast).setAtMost(atMost));
            case Change.Put put -> message.setPut(message(put));
            case Change.Delete delete -> message.setDelete(message(delete));
        }
        return message.build();
    }

    /** The array of bytes is the message's own already. */
    private static Put message(Change.Put put) {
        var message = Put.newBuilder().setDocument(UnsafeByteOperations.unsafeWrap(put.document().bytes()));
        if (put.ifVersion() != Change.ANY) {
            message.setIfVersion(put.ifVersion());
        }
        return message.build();
    }

    private static Delete message(Change.Delete delete) {
        return delete.ifVersion() == Change.ANY
                ? Delete.getDefaultInstance()
                : Delete.newBuilder().setIfVersion(delete.ifVersion()).build();
    }

    static FlushResult of(ApplyFlushResponse response) {
        return new FlushResult(response.getPostingsList().stream().map(FlushMessages::result).toList(),
                response.getReplayed());
    }

    private static PostingResult result(io.tallygate.ledger.v1.PostingResult message) {
        if (message.getKeyReused()) {
            return new PostingResult.KeyReused();
        }
        return message.getFailure().isEmpty()
                ? new PostingResult.Committed(outcomes(message), Memo.of(message.getMemo().toByteArray()),
                        message.getReplayed())
                : new PostingResult.Failed(new IllegalArgumentException(message.getFailure()));
    }

    private static Outcomes outcomes(io.tallygate.ledger.v1.PostingResult message) {
        var values = new long[message.getValuesCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = message.getValues(i);
        }
        if (message.hasTaken()) {
            return Outcomes.fitted(values, refusals(message),
                    message.getTaken().getAmountsList().stream().mapToLong(Long::longValue).toArray());
        }
        return message.getRefusalsCount() == 0 ? Outcomes.applied(values) : Outcomes.of(values, refusals(message));
    }

    private static @Nullable Refusal[] refusals(io.tallygate.ledger.v1.PostingResult message) {
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[message.getValuesCount()];
        message.getRefusalsList().forEach(refusal -> refusals[refusal.getChange()] = switch (refusal.getReason()) {
            case REASON_WRONG_TYPE -> Refusal.WRONG_TYPE;
            case REASON_UNDONE -> Refusal.UNDONE;
            case REASON_VERSION -> Refusal.VERSION;
            case REASON_RANGE, UNRECOGNIZED -> Refusal.RANGE;
        });
        return refusals;
    }
}
