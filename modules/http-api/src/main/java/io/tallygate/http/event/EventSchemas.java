package io.tallygate.http.event;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.tallygate.http.ProblemShape;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of requests and answers, for the OpenAPI description. Nothing reads or writes JSON through these. A test holds
 * them against what the server answers.
 */
final class EventSchemas {

    /** What an identifier in a path may be. */
    static final String PATH_ID = "1 to 256 bytes of UTF-8 without control characters, percent-encoded";

    private static final String ID = "1 to 256 bytes of UTF-8 without control characters";
    private static final String DATA = "Any JSON value of up to 256 KiB";

    private EventSchemas() {}

    @Schema(name = "PlainEvent")
    record PlainEventShape(
            @Schema(description = "Its idempotency key, among the events of its caller. " + ID,
                    example = "order-1") String id,
            @Schema(description = "Events of one key stay in order. " + ID,
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String key,
            @Schema(description = "The topic, when it is not given. " + ID,
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String type,
            @Schema(description = "When it happened", requiredMode = Schema.RequiredMode.NOT_REQUIRED) Instant time,
            @Schema(description = DATA, requiredMode = Schema.RequiredMode.NOT_REQUIRED) Object data) {}

    @Schema(name = "PlainEvents")
    record PlainEventsRequest(@ArraySchema(minItems = 1, maxItems = 1000) List<PlainEventShape> events) {}

    @Schema(name = "CloudEvent", description = "CloudEvents 1.0; further attributes are kept, and told with the event")
    record CloudEventShape(
            @Schema(type = "string", allowableValues = "1.0") String specversion,
            @Schema(description = "With the source its idempotency key. " + ID) String id,
            @Schema(description = ID) String source,
            @Schema(description = ID) String type,
            @Schema(description = "Its key: events of one key stay in order. " + ID,
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable String subject,
            @Schema(description = "When it happened",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable Instant time,
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable String datacontenttype,
            @Schema(description = DATA, requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable Object data,
            @Schema(name = "data_base64", description = "In place of data: bytes in Base64",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable String dataBase64) {}

    @Schema(name = "EventResult")
    record ResultShape(@Schema(type = "string", allowableValues = {"accepted", "invalid"}) String status,
            @Nullable ProblemShape error){}

    @Schema(name = "EventsAccepted")
    record AcceptedShape(@Schema(description = "How many are stored") long accepted) {}

    @Schema(name = "EventsResults")
    record ResultsShape(@Schema(description = "How many are stored") long accepted, List<ResultShape> results) {}

    @Schema(name = "EventPartition")
    record PartitionShape(int partition, @Schema(description = "Every event below it is done") long position,
            @Schema(description = "The offset of the next event") long end, long lag) {}

    @Schema(name = "EventGroup")
    record GroupShape(String group,
            @Schema(description = "Whether this process has stopped, because too many events fail") boolean stopped,
            @Schema(description = "How many events are not done") long lag, List<PartitionShape> partitions) {}

    @Schema(name = "EventLag")
    record LagShape(String topic, List<GroupShape> groups) {}

    @Schema(name = "DeadLetterTopic")
    record TopicShape(String topic, @Schema(description = "How many wait") long deadLetters) {}

    @Schema(name = "DeadLetterTopics")
    record TopicsShape(List<TopicShape> topics) {}

    @Schema(name = "DeadLetter")
    record DeadLetterShape(
            String id, String topic, String group, int partition, long offset,
            @Schema(type = "string", allowableValues = {"dead", "parked", "replayed"}) String state,
            @Schema(description = "The kind of the last failure", example = "counter-overflow") String error,
            @Schema(description = "What it said, at most 4 KiB") String message,
            @Schema(description = "How often it was tried") int attempts,
            Instant firstFailedAt,
            Instant lastFailedAt,
            @Schema(description = "How many replays have failed") int replays,
            @Schema(
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable Instant replayedAt,
            @Schema(description = "How often its data was edited") int edits,
            @Schema(description = "The latest edited data; not in lists",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable Object editedData,
            CloudEventShape event){}

    @Schema(name = "DeadLetters")
    record PageShape(List<DeadLetterShape> deadLetters,
            @Schema(description = "With which the next page is asked for",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable String nextCursor) {}

    @Schema(name = "ReplayRequest")
    record ReplayRequest(@Schema(description = "In place of the event's. " + DATA,
            requiredMode = Schema.RequiredMode.NOT_REQUIRED) Object data) {}

    @Schema(name = "ReplayAccepted")
    record ReplayShape(String id, String topic,
            @Schema(type = "string", allowableValues = {"accepted", "replayed"}) String state,
            @Schema(
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable Instant replayedAt){}

    @Schema(name = "ReplayFilter")
    record FilterRequest(
            @Schema(description = "Only those of this kind of failure",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String error,
            @Schema(description = "Only those of events of this type",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String type,
            @Schema(description = "Only those that failed first after this time",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Instant after,
            @Schema(description = "Only those that failed first before this time",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Instant before,
            @Schema(description = "How many are begun in a second, at most", minimum = "1", maximum = "100000",
                    defaultValue = "100", requiredMode = Schema.RequiredMode.NOT_REQUIRED) int rate,
            @Schema(description = "Only count them", defaultValue = "false",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) boolean dryRun) {}

    @Schema(name = "ReplayMatched")
    record MatchedShape(@Schema(description = "How many would be replayed") long matched) {}

    @Schema(name = "ReplayRun")
    record RunShape(String replayId, String topic,
            @Schema(type = "string", allowableValues = {"running", "ended"}) String state, int rate,
            @Schema(description = "How many the filter meant") long matched,
            @Schema(description = "How many have had their effect") long succeeded,
            @Schema(description = "How many have failed again") long failed,
            @Schema(description = "How many had nothing to be done for") long skipped,
            Instant startedAt,
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable Instant endedAt){}

    @Schema(name = "PurgeRequest")
    record PurgeRequest(@Schema(description = "Those that failed first before this time") Instant before) {}
}
