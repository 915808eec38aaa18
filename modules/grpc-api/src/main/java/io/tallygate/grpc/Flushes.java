package io.tallygate.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.v1.ApplyFlushRequest;
import io.tallygate.ledger.v1.ApplyFlushResponse;
import io.tallygate.ledger.v1.BoundedAdd;
import io.tallygate.ledger.v1.Delete;
import io.tallygate.ledger.v1.Key;
import io.tallygate.ledger.v1.Put;
import io.tallygate.ledger.v1.Refusal;
import io.tallygate.ledger.v1.Taken;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes flushes of messages. A writer's name is restricted, so that none equals the name that a session writes under. */
final class Flushes {

    private static final Pattern WRITER = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final int KEY_BYTES_MAX = 300;
    private static final int FINGERPRINT_LENGTH_MAX = 128;
    private static final Duration LIFE_MAX = Duration.ofDays(366);
    private static final Posting NOTHING = new Posting(List.of());
    private static final io.tallygate.ledger.v1.PostingResult UNKNOWN_BOOK = io.tallygate.ledger.v1.PostingResult
            .newBuilder().setFailure("a row is of a book that the service does not have").build();

    private Flushes() {}

    /**
     * What is to be applied: each posting in its place, and nothing in the place of one of an unknown book.
     *
     * @throws InvalidInputException naming what breaks a rule
     */
    static Flush flush(ApplyFlushRequest request, Books books) {
        if (!WRITER.matcher(request.getWriter()).matches()) {
            throw new InvalidInputException("writer", request.getWriter(), "must be 1 to 64 letters, digits, hyphens");
        }
        if (request.getSequence() < 1) {
            throw new InvalidInputException("sequence", Long.toString(request.getSequence()), "must be positive");
        }
        Sections sections = Sections.of(request.getSectionsList(), books);
        List<Posting> postings = Sections.each("postings", request.getPostingsList(),
                posting -> posting(posting, sections));
        return new Flush(new FlushId(request.getWriter(), request.getSequence()), at(request), postings,
                request.getFingerprint());
    }

    private static Instant at(ApplyFlushRequest request) {
        try {
            if (request.hasAt()) {
                Timestamp at = request.getAt();
                return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
            }
        } catch (DateTimeException | ArithmeticException e) {
            // Told below.
        }
        throw new InvalidInputException("at", "", "must be a time");
    }

    private static Posting posting(io.tallygate.ledger.v1.Posting posting, Sections sections) {
        Mode mode = switch (posting.getMode()) {
            case MODE_EACH -> Mode.EACH;
            case MODE_ALL -> Mode.ALL;
            case MODE_FIT_EACH -> Mode.FIT_EACH;
            case MODE_FIT_ALL -> Mode.FIT_ALL;
            case UNRECOGNIZED -> throw new InvalidInputException("mode", Integer.toString(posting.getModeValue()),
                    "must be MODE_EACH, MODE_ALL, MODE_FIT_EACH or MODE_FIT_ALL");
        };
        IdempotencyKey key = posting.hasKey() ? key(posting.getKey()) : null;
        boolean gathered = key == null && mode == Mode.EACH;
        if (!gathered && !sections.areKnown() && isOfUnknownBook(posting, sections)) {
            return NOTHING;
        }
        List<Change> changes = Sections.each("changes", posting.getChangesList(), change -> change(change, sections));
        try {
            return new Posting(key, mode, changes, memo(posting.getMemo()));
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("changes", "[" + changes.size() + " elements]",
                    "must suit their posting: " + e.getMessage());
        }
    }

    private static boolean isOfUnknownBook(io.tallygate.ledger.v1.Posting posting, Sections sections) {
        return Sections.each("changes", posting.getChangesList(), change -> sections.isKnown(change.getSection()))
                .contains(false);
    }

    private static Memo memo(ByteString memo) {
        if (memo.size() > Memo.BYTES_MAX) {
            throw new InvalidInputException("memo", memo.size() + " bytes", "must be at most " + Memo.BYTES_MAX);
        }
        return Memo.of(memo.toByteArray());
    }

    private static IdempotencyKey key(Key key) {
        requireLength("key.id", key.getId(), KEY_BYTES_MAX);
        requireLength("key.fingerprint", key.getFingerprint(), FINGERPRINT_LENGTH_MAX);
        return new IdempotencyKey(key.getId(), key.getFingerprint(),
                key.hasLife() ? life("key.life", key.getLife()) : IdempotencyKey.LIFE,
                key.hasRefusedLife() ? life("key.refused_life", key.getRefusedLife()) : IdempotencyKey.LIFE);
    }

    private static Duration life(String field, com.google.protobuf.Duration life) {
        if (life.getSeconds() < 0 || life.getSeconds() > LIFE_MAX.toSeconds() || life.getNanos() < 0) {
            throw new InvalidInputException(field, life.getSeconds() + " s", "must be from 0 to " + LIFE_MAX);
        }
        return Duration.ofSeconds(life.getSeconds(), life.getNanos());
    }

    private static Change change(io.tallygate.ledger.v1.Change change, Sections sections) {
        RowKey row = sections.row(change.getSection(), change.getId(), change.getHome());
        try {
            return switch (change.getWhatCase()) {
                case ADD -> new Change.Add(row, change.getAdd());
                case BOUNDED_ADD -> bounded(row, change.getBoundedAdd());
                case DELETE -> delete(row, change.getDelete());
                case PUT -> put(row, change.getPut());
                case WHAT_NOT_SET -> throw new InvalidInputException("what", "", "must be an add, a put or a delete");
            };
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("what", change.getWhatCase().name(),
                    "must suit its row: " + e.getMessage());
        }
    }

    private static Change bounded(RowKey row, BoundedAdd add) {
        return new Change.Add(row, add.getDelta(), add.getAtLeast(), add.getAtMost());
    }

    private static Change delete(RowKey row, Delete delete) {
        return new Change.Delete(row, delete.hasIfVersion() ? delete.getIfVersion() : Change.ANY);
    }

    private static Change put(RowKey row, Put put) {
        return new Change.Put(row, put.hasIfVersion() ? put.getIfVersion() : Change.ANY,
                Document.of(put.getDocument().toByteArray()));
    }

    private static void requireLength(String field, String text, int bytesMax) {
        if (text.isEmpty() || text.getBytes(StandardCharsets.UTF_8).length > bytesMax) {
            throw new InvalidInputException(field, text, "must be 1 to " + bytesMax + " bytes of UTF-8");
        }
    }

    static ApplyFlushResponse response(ApplyFlushRequest request, FlushResult result) {
        var response = ApplyFlushResponse.newBuilder().setReplayed(result.replayed());
        for (int i = 0; i < result.postings().size(); i++) {
            PostingResult posting = result.postings().get(i);
            response.addPostings(request.getPostings(i).getChangesCount() > 0 && isNothing(posting)
                    ? UNKNOWN_BOOK
                    : message(posting));
        }
        return response.build();
    }

    /** Whether nothing was in its place when the flush was applied, which may have been by another process. */
    private static boolean isNothing(PostingResult result) {
        return result instanceof PostingResult.Committed committed && committed.outcomes().size() == 0;
    }

    private static io.tallygate.ledger.v1.PostingResult message(PostingResult result) {
        var message = io.tallygate.ledger.v1.PostingResult.newBuilder();
        switch (result) {
            case PostingResult.KeyReused _ -> message.setKeyReused(true);
            case PostingResult.Committed committed -> {
                add(committed.outcomes(), message);
                message.setReplayed(committed.replayed());
                if (committed.memo().length() > 0) {
                    message.setMemo(ByteString.copyFrom(committed.memo().bytes()));
                }
            }
            case PostingResult.Failed(RuntimeException failure) -> throw failure;
        }
        return message.build();
    }

    private static void add(Outcomes outcomes, io.tallygate.ledger.v1.PostingResult.Builder message) {
        for (int i = 0; i < outcomes.size(); i++) {
            message.addValues(outcomes.value(i));
            Refusal.Reason reason = reason(outcomes.refusal(i));
            if (reason != null) {
                message.addRefusals(Refusal.newBuilder().setChange(i).setReason(reason));
            }
        }
        if (outcomes.isFitted()) {
            var taken = Taken.newBuilder();
            for (int i = 0; i < outcomes.size(); i++) {
                taken.addAmounts(outcomes.taken(i));
            }
            message.setTaken(taken);
        }
    }

    private static Refusal.@Nullable Reason reason(io.tallygate.ledger.@Nullable Refusal refusal) {
        return switch (refusal) {
            case RANGE -> Refusal.Reason.REASON_RANGE;
            case WRONG_TYPE -> Refusal.Reason.REASON_WRONG_TYPE;
            case UNDONE -> Refusal.Reason.REASON_UNDONE;
            case VERSION -> Refusal.Reason.REASON_VERSION;
            case null -> null;
        };
    }
}
