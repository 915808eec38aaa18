package io.tallygate.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Change;
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
import io.tallygate.ledger.v1.Key;
import io.tallygate.ledger.v1.Refusal;
import io.tallygate.ledger.v1.Section;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Between messages and flushes, in whose names nothing of a session's can hide. */
final class Flushes {

    private static final Pattern WRITER = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final int KEY_BYTES_MAX = 300;
    private static final int FINGERPRINT_LENGTH_MAX = 128;
    private static final Duration LIFE_MAX = Duration.ofDays(366);

    /** What the rows of a section have in common. */
    private record Place(Book book, String section) {}

    private Flushes() {}

    /** @throws InvalidInputException naming what breaks a rule */
    static Flush flush(ApplyFlushRequest request) {
        if (!WRITER.matcher(request.getWriter()).matches()) {
            throw new InvalidInputException("writer", request.getWriter(), "must be 1 to 64 letters, digits, hyphens");
        }
        if (request.getSequence() < 1) {
            throw new InvalidInputException("sequence", Long.toString(request.getSequence()), "must be positive");
        }
        List<Place> places = each("sections", request.getSectionsList(), Flushes::place);
        List<Posting> postings = each("postings", request.getPostingsList(), posting -> posting(posting, places));
        return new Flush(new FlushId(request.getWriter(), request.getSequence()), at(request), postings,
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
                Timestamp at = request.getAt();
                return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
            }
        } catch (DateTimeException | ArithmeticException e) {
            // Told below.
        }
        throw new InvalidInputException("at", "", "must be a time");
    }

    private static Place place(Section section) {
        Ids.require("name", section.getName());
        try {
            return new Place(new Book(section.getBook()), section.getName());
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("book", section.getBook(), "must be the name of a book");
        }
    }

    private static Posting posting(io.tallygate.ledger.v1.Posting posting, List<Place> places) {
        Mode mode = switch (posting.getMode()) {
            case MODE_EACH -> Mode.EACH;
            case MODE_ALL -> Mode.ALL;
            case UNRECOGNIZED -> throw new InvalidInputException("mode", Integer.toString(posting.getModeValue()),
                    "must be MODE_EACH or MODE_ALL");
        };
        if (posting.hasKey() && posting.getChangesCount() == 0) {
            throw new InvalidInputException("changes", "[]", "must not be empty where there is a key");
        }
        return new Posting(posting.hasKey() ? key(posting.getKey()) : null, mode,
                each("changes", posting.getChangesList(), change -> change(change, places)), memo(posting.getMemo()));
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

    private static Change change(io.tallygate.ledger.v1.Change change, List<Place> places) {
        if (change.getSection() < 0 || change.getSection() >= places.size()) {
            throw new InvalidInputException("section", Integer.toUnsignedString(change.getSection()),
                    "must be the index of one of the " + places.size() + " sections");
        }
        Ids.require("id", change.getId());
        Place place = places.get(change.getSection());
        var row = new RowKey(place.book(), place.section(), change.getId(), change.getHome());
        return switch (change.getWhatCase()) {
            case ADD -> new Change.Add(row, change.getAdd());
            case BOUNDED_ADD -> bounded(row, change.getBoundedAdd());
            case DELETE -> new Change.Delete(row);
            case WHAT_NOT_SET -> throw new InvalidInputException("what", "", "must be an add or a delete");
        };
    }

    private static Change bounded(RowKey row, BoundedAdd add) {
        return new Change.Add(row, add.getDelta(), add.getAtLeast(), add.getAtMost());
    }

    private static void requireLength(String field, String text, int bytesMax) {
        if (text.isEmpty() || text.getBytes(StandardCharsets.UTF_8).length > bytesMax) {
            throw new InvalidInputException(field, text, "must be 1 to " + bytesMax + " bytes of UTF-8");
        }
    }

    static ApplyFlushResponse response(FlushResult result) {
        var response = ApplyFlushResponse.newBuilder().setReplayed(result.replayed());
        result.postings().forEach(posting -> response.addPostings(message(posting)));
        return response.build();
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
    }

    private static Refusal.@Nullable Reason reason(io.tallygate.ledger.@Nullable Refusal refusal) {
        return switch (refusal) {
            case RANGE -> Refusal.Reason.REASON_RANGE;
            case WRONG_TYPE -> Refusal.Reason.REASON_WRONG_TYPE;
            case UNDONE -> Refusal.Reason.REASON_UNDONE;
            case null -> null;
        };
    }
}
