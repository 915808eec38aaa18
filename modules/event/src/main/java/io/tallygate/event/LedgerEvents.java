package io.tallygate.event;

import io.tallygate.kernel.BlockingCalls;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.StageFailures;
import io.tallygate.ledger.WrongTypeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events on a log, with their dead letters on the ledger. What looks at many dead letters does so on a virtual thread. */
final class LedgerEvents implements Events {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerEvents.class);

    private static final int LETTERS_AT_ONCE = 64;
    /** The most dead letters that are looked at for one page. */
    private static final int LETTERS_A_PAGE_MAX = 10_000;

    private final EventLog log;
    private final DeadLetters deadLetters;
    private final Replays replays;
    private final List<Consumer> consumers;
    private final BlockingCalls calls;

    /** @param calls stays the caller's to close */
    LedgerEvents(EventLog log, DeadLetters deadLetters, Replays replays, List<Consumer> consumers,
            BlockingCalls calls) {
        this.log = log;
        this.deadLetters = deadLetters;
        this.replays = replays;
        this.consumers = List.copyOf(consumers);
        this.calls = calls;
    }

    @Override
    public CompletionStage<Void> append(String topic, List<Event> events) {
        return inTermsOfCallers(() -> {
            requireTopic(topic);
            if (events.isEmpty() || events.size() > APPEND_MAX) {
                throw new InvalidInputException("events", events.size() + " events", "must be 1 to " + APPEND_MAX);
            }
            return log.append(topic, events);
        });
    }

    @Override
    public CompletionStage<List<GroupLag>> lag(String topic) {
        return inTermsOfCallers(() -> {
            List<Consumer> ofTopic = requireTopic(topic);
            var lags = ofTopic.stream().map(consumer -> log.lag(topic, consumer.group())
                    .thenApply(partitions -> new GroupLag(consumer.group(), consumer.isStopped(), partitions))
                    .toCompletableFuture()).toList();
            return CompletableFuture.allOf(lags.toArray(CompletableFuture[]::new))
                    .thenApply(_ -> lags.stream().map(CompletableFuture::join).toList());
        });
    }

    @Override
    public CompletionStage<Void> resume(String topic) {
        return inTermsOfCallers(() -> {
            requireTopic(topic).forEach(Consumer::resume);
            return CompletableFuture.completedFuture(null);
        });
    }

    @Override
    public List<ConsumerStatistics> consumers() {
        return consumers.stream().map(Consumer::statistics).toList();
    }

    @Override
    public CompletionStage<SequencedMap<String, Long>> deadLetterCounts() {
        return inTermsOfCallers(() -> {
            var topics = new TreeSet<String>();
            consumers.forEach(consumer -> topics.add(consumer.topic()));
            var ordered = List.copyOf(topics);
            return deadLetters.counts(ordered).thenApply(counts -> {
                var byTopic = new LinkedHashMap<String, Long>();
                for (int i = 0; i < ordered.size(); i++) {
                    byTopic.put(ordered.get(i), counts.get(i));
                }
                return byTopic;
            });
        });
    }

    @Override
    public CompletionStage<DeadLetterPage> deadLetters(String topic, DeadLetterFilter filter, String cursor,
            int limit) {
        return inTermsOfCallers(() -> {
            requireTopic(topic);
            if (limit < 1 || limit > PAGE_MAX) {
                throw new InvalidInputException("limit", Integer.toString(limit), "must be 1 to " + PAGE_MAX);
            }
            return calls.submit(() -> page(topic, filter, cursor, limit));
        });
    }

    private DeadLetterPage page(String topic, DeadLetterFilter filter, String cursor, int limit) {
        var found = new ArrayList<DeadLetter>();
        String after = cursor;
        for (int looked = 0; after != null && looked < LETTERS_A_PAGE_MAX; looked += LETTERS_AT_ONCE) {
            DeadLetters.Stretch stretch = Stages.await(deadLetters.list(topic, after, LETTERS_AT_ONCE));
            for (DeadLetter letter : stretch.letters()) {
                if (filter.matches(letter)) {
                    found.add(letter);
                }
                if (found.size() == limit) {
                    boolean more = stretch.after() != null || !letter.equals(stretch.letters().getLast());
                    return new DeadLetterPage(found, more ? letter.id() : null);
                }
            }
            after = stretch.after();
        }
        return new DeadLetterPage(found, after);
    }

    @Override
    public CompletionStage<DeadLetter> deadLetter(String topic, String id) {
        return inTermsOfCallers(() -> {
            requireTopic(topic);
            Ids.require("id", id);
            return deadLetters.find(topic, id).thenApply(found -> found.orElseThrow(() -> unknown(topic, id)));
        });
    }

    private static DomainProblemException unknown(String topic, String id) {
        return new DomainProblemException(EventProblem.UNKNOWN_DEAD_LETTER,
                "topic " + topic + " has no dead letter " + id);
    }

    @Override
    public CompletionStage<DeadLetter> replay(String topic, String id, @Nullable Payload data) {
        return inTermsOfCallers(() -> {
            requireTopic(topic);
            Ids.require("id", id);
            if (data != null && data.length() > Payload.BYTES_MAX) {
                throw new InvalidInputException("data", data.length() + " bytes",
                        "must be at most " + Payload.BYTES_MAX + " bytes");
            }
            return edited(topic, id, data).thenCompose(found -> {
                DeadLetter letter = found.orElseThrow(() -> unknown(topic, id));
                return letter.state() == DeadLetter.State.REPLAYED
                        ? CompletableFuture.completedFuture(letter)
                        : consumer(letter).replay(letter).taken().thenApply(_ -> letter);
            });
        });
    }

    /** The same data again is no other edit, so that a request may be repeated. */
    private CompletionStage<Optional<DeadLetter>> edited(String topic, String id, @Nullable Payload data) {
        return data == null
                ? deadLetters.find(topic, id)
                : deadLetters.update(topic, id, letter -> letter.state() == DeadLetter.State.REPLAYED
                        || isLatest(data, letter) ? Optional.empty() : Optional.of(letter.withEdit(data)));
    }

    private static boolean isLatest(Payload data, DeadLetter letter) {
        Payload edited = letter.edited();
        return edited != null && edited.equals(data);
    }

    private Consumer consumer(DeadLetter letter) {
        return consumers.stream()
                .filter(one -> one.topic().equals(letter.topic()) && one.group().equals(letter.group())).findFirst()
                .orElseThrow(() -> new DomainProblemException(EventProblem.UNKNOWN_TOPIC,
                        "no group " + letter.group() + " consumes topic " + letter.topic() + " any more"));
    }

    @Override
    public CompletionStage<ReplayRun> replayAll(String topic, DeadLetterFilter filter, int rate) {
        return inTermsOfCallers(() -> {
            requireTopic(topic);
            if (rate < 1 || rate > RATE_MAX) {
                throw new InvalidInputException("rate", Integer.toString(rate), "must be 1 to " + RATE_MAX);
            }
            return calls.submit(() -> replays.begin(topic, filter, rate));
        });
    }

    @Override
    public CompletionStage<Long> countReplayable(String topic, DeadLetterFilter filter) {
        return inTermsOfCallers(() -> {
            requireTopic(topic);
            return calls.submit(() -> replays.match(topic, filter).count());
        });
    }

    @Override
    public CompletionStage<ReplayRun> replayRun(String id) {
        return inTermsOfCallers(() -> {
            Ids.require("id", id);
            return calls.submit(() -> replays.get(id).orElseThrow(() -> new DomainProblemException(
                    EventProblem.UNKNOWN_REPLAY, "there is no replay " + id)));
        });
    }

    @Override
    public CompletionStage<Optional<DeadLetter>> purge(String topic, String id) {
        return inTermsOfCallers(() -> {
            requireTopic(topic);
            Ids.require("id", id);
            return deadLetters.delete(topic, id).thenApply(purged -> {
                purged.ifPresent(LedgerEvents::logPurged);
                return purged;
            });
        });
    }

    private static void logPurged(DeadLetter letter) {
        LOG.info("Purged: dead letter {} of topic {}, event {} of {}, {} ({})", letter.id(), letter.topic(),
                shown(letter.event().id()), shown(letter.event().source()), letter.state(), letter.error());
    }

    /** Whoever appends an event chooses its id: it stays within its line, as {@link Ids} has it, and within bounds. */
    private static String shown(String id) {
        return '\'' + id + '\'';
    }

    @Override
    public CompletionStage<Long> purgeAll(String topic, Instant before) {
        return inTermsOfCallers(() -> {
            requireTopic(topic);
            return calls.submit(() -> purgeBefore(topic, new DeadLetterFilter(null, null, null, before)));
        });
    }

    private long purgeBefore(String topic, DeadLetterFilter filter) {
        long purged = 0;
        String after = "";
        while (after != null) {
            DeadLetters.Stretch stretch = Stages.await(deadLetters.list(topic, after, LETTERS_AT_ONCE));
            var deletions = stretch.letters().stream().filter(filter::matches)
                    .map(letter -> deadLetters.delete(topic, letter.id())).toList();
            for (CompletionStage<Optional<DeadLetter>> deletion : deletions) {
                Optional<DeadLetter> deleted = Stages.await(deletion);
                deleted.ifPresent(LedgerEvents::logPurged);
                purged += deleted.isPresent() ? 1 : 0;
            }
            after = stretch.after();
        }
        return purged;
    }

    private List<Consumer> requireTopic(String topic) {
        List<Consumer> ofTopic = consumers.stream().filter(consumer -> consumer.topic().equals(topic)).toList();
        if (ofTopic.isEmpty()) {
            throw new DomainProblemException(EventProblem.UNKNOWN_TOPIC, "nobody consumes a topic of this name here");
        }
        return ofTopic;
    }

    /** The answer, in which a failure is what the port promises, and nothing is thrown. */
    private static <T> CompletionStage<T> inTermsOfCallers(Supplier<? extends CompletionStage<? extends T>> question) {
        CompletionStage<? extends T> answer;
        try {
            answer = question.get();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.handle((value, failure) -> {
            if (failure == null) {
                return value;
            }
            throw switch (StageFailures.cause(failure)) {
                case WrongTypeException e -> new DomainProblemException(EventProblem.WRONG_TYPE,
                        "the store holds something else in the place of what events keep, so it can be neither read nor"
                                + " changed until the store's operator removes it",
                        e);
                case Throwable other -> new CompletionException(other);
            };
        });
    }
}
