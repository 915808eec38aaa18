package io.tallygate.events.kafka;

import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.kernel.StageFailures;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Which topics Kafka has. Thread-safe; no method blocks. */
final class Topics {

    /** How long an answer is good enough for whoever looks whether something has changed. */
    private static final long LOOK_NANOS = Duration.ofSeconds(5).toNanos();
    /** How long nobody asks again after a failure. */
    private static final long FAILED_NANOS = Duration.ofSeconds(1).toNanos();
    /** How often a new topic is looked for: the brokers learn of it one after the other. */
    private static final int LOOKS_AT_NEW_MAX = 20;
    private static final Executor SOON = CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);

    /**
     * A topic as it is now.
     *
     * @param life names it together with its offsets: a topic that is deleted and created again has another life
     */
    record Topic(String life, int partitions) {}

    private record Asked(CompletableFuture<Topic> answer, long nanos) {}

    private final Admin admin;
    private final KafkaSettings settings;
    private final Troubles troubles;
    private final LongSupplier ticker;
    private final Map<String, Asked> asked = new ConcurrentHashMap<>();

    /** @param admin stays the caller's to close */
    Topics(Admin admin, KafkaSettings settings, Troubles troubles, LongSupplier ticker) {
        this.admin = admin;
        this.settings = settings;
        this.troubles = troubles;
        this.ticker = ticker;
    }

    /** A topic, as it was when it was seen last; fails as {@link KafkaFailures} has it. */
    CompletionStage<Topic> of(String topic) {
        return ask(topic, Long.MAX_VALUE);
    }

    /** A topic as it was a few seconds ago at most. */
    CompletionStage<Topic> look(String topic) {
        return ask(topic, LOOK_NANOS);
    }

    /** What is known of a topic is perhaps wrong. */
    void forget(String topic) {
        asked.computeIfPresent(topic, (_, known) -> known.answer.isDone() ? null : known);
    }

    private CompletionStage<Topic> ask(String topic, long goodNanos) {
        long now = ticker.getAsLong();
        return asked.compute(topic, (_, known) -> {
            if (known != null && (!known.answer.isDone()
                    || now - known.nanos < (known.answer.isCompletedExceptionally() ? FAILED_NANOS : goodNanos))) {
                return known;
            }
            return new Asked(describe(topic, LOOKS_AT_NEW_MAX).whenComplete((_, failure) -> note(topic, failure))
                    .toCompletableFuture(), now);
        }).answer;
    }

    private void note(String topic, @Nullable Throwable failure) {
        if (failure == null) {
            troubles.end(topic);
        } else if (!(StageFailures.cause(failure) instanceof ShuttingDownException)) {
            troubles.begin(topic, KafkaFailures.sentence(topic, failure));
        }
    }

    private CompletionStage<Topic> describe(String topic, int looksLeft) {
        DescribeTopicsResult result;
        try {
            result = admin.describeTopics(List.of(topic));
        } catch (IllegalStateException e) {
            // It is closed.
            return CompletableFuture.failedFuture(new ShuttingDownException());
        }
        return result.allTopicNames().toCompletionStage()
                .thenApply(found -> topic(topic, Objects.requireNonNull(found.get(topic))))
                .exceptionallyCompose(failure -> {
                    boolean create = settings.createTopics() && looksLeft > 0
                            && StageFailures.cause(failure) instanceof UnknownTopicOrPartitionException;
                    return create
                            ? create(topic).thenComposeAsync(_ -> describe(topic, looksLeft - 1), SOON)
                                    .thenCompose(created -> awaitLeaders(topic, created))
                            : CompletableFuture.failedFuture(KafkaFailures.of(topic, failure));
                });
    }

    private static Topic topic(String name, TopicDescription description) {
        return new Topic(name + '.' + description.topicId(), description.partitions().size());
    }

    /** With as many replicas as the brokers say. */
    private CompletionStage<Void> create(String topic) {
        var created = new NewTopic(topic, Optional.of(settings.partitionsOfNewTopics()), Optional.empty());
        return admin.createTopics(List.of(created)).all().toCompletionStage().exceptionallyCompose(
                failure -> StageFailures.cause(failure) instanceof TopicExistsException
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(KafkaFailures.of(topic, failure)));
    }

    /** Asks what only leaders know: before they know that they lead, what is sent to them has to be sent again. */
    private CompletionStage<Topic> awaitLeaders(String topic, Topic created) {
        var ends = new HashMap<TopicPartition, OffsetSpec>();
        for (int partition = 0; partition < created.partitions; partition++) {
            ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        return admin.listOffsets(ends).all().toCompletionStage().handle((_, _) -> created);
    }
}
