package io.tallygate.http.event;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.tallygate.access.Scope;
import io.tallygate.event.Events;
import io.tallygate.event.Payload;
import io.tallygate.http.Answers;
import io.tallygate.http.ApiDescription;
import io.tallygate.http.BodyProblemAnswers;
import io.tallygate.http.JsonBody;
import io.tallygate.http.ProblemAnswers;
import io.tallygate.http.ProblemShape;
import io.tallygate.http.RequiresScope;
import io.tallygate.kernel.Asked;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Dead letters over HTTP. */
@Controller(DeadLetterController.PATH)
@Requires(beans = Events.class)
final class DeadLetterController {

    static final String PATH = "/api/v1/dlq";

    private final Events events;

    DeadLetterController(Events events) {
        this.events = events;
    }

    @Get
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Dead letters", operationId = "deadLetterTopics",
            summary = "Count the dead letters of each topic")
    @ApiResponse(responseCode = "200", description = "all topics",
            content = @Content(schema = @Schema(implementation = EventSchemas.TopicsShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> topics(HttpRequest<?> request) {
        return Answers.whenRead(request, events::deadLetterCounts, EventAnswers::counts);
    }

    @Get("/{topic:[^/]+}")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Dead letters", operationId = "listDeadLetters", summary = "List the dead letters of a topic",
            description = "The oldest first, without their data; a page may have fewer than asked for", parameters = {
                    @Parameter(name = "topic", in = ParameterIn.PATH, required = true,
                            description = "Such as counter_events", schema = @Schema(type = "string")),
                    @Parameter(name = "error", in = ParameterIn.QUERY,
                            description = "Only those of this kind of failure",
                            schema = @Schema(type = "string")),
                    @Parameter(name = "type", in = ParameterIn.QUERY, description = "Only those of events of this type",
                            schema = @Schema(type = "string")),
                    @Parameter(name = "after", in = ParameterIn.QUERY,
                            description = "Only those that failed first after this time",
                            schema = @Schema(type = "string", format = "date-time")),
                    @Parameter(name = "limit", in = ParameterIn.QUERY, description = "How many at most",
                            schema = @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "100")),
                    @Parameter(name = "cursor", in = ParameterIn.QUERY, description = "As the page before says",
                            schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "200", description = "a page of them",
            content = @Content(schema = @Schema(implementation = EventSchemas.PageShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-topic`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> list(HttpRequest<?> request) {
        return Answers.whenRead(request, () -> {
            EventQueries.Page page = EventQueries.deadLetters(request);
            return events.deadLetters(topic(request, 0), page.filter(), page.cursor(), page.limit());
        }, EventAnswers::page);
    }

    @Get("/{topic:[^/]+}/{id:[^/]+}")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Dead letters", operationId = "getDeadLetter", summary = "Read one dead letter, whole",
            description = "For some time after its replay, too", parameters = {
                    @Parameter(name = "topic", in = ParameterIn.PATH, required = true,
                            description = "Such as counter_events", schema = @Schema(type = "string")),
                    @Parameter(name = "id", in = ParameterIn.PATH, required = true,
                            description = EventSchemas.PATH_ID, schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "200", description = "the dead letter",
            content = @Content(schema = @Schema(implementation = EventSchemas.DeadLetterShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-topic` or `unknown-dead-letter`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> get(HttpRequest<?> request) {
        return Answers.whenRead(request, () -> events.deadLetter(topic(request, 1), id(request, 0)),
                EventAnswers::deadLetter);
    }

    @Post("/{topic:[^/]+}/{id:[^/]+}/replay")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Dead letters", operationId = "replayDeadLetter", summary = "Handle a dead letter's event again",
            description = "In the turn of its key. With `data` it is handled as an event of its own, and both are kept",
            parameters = {
                    @Parameter(name = "topic", in = ParameterIn.PATH, required = true,
                            description = "Such as counter_events", schema = @Schema(type = "string")),
                    @Parameter(name = "id", in = ParameterIn.PATH, required = true,
                            description = EventSchemas.PATH_ID, schema = @Schema(type = "string"))})
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = EventSchemas.ReplayRequest.class)))
    @ApiResponse(responseCode = "200", description = "a replay has succeeded before; nothing is done",
            content = @Content(schema = @Schema(implementation = EventSchemas.ReplayShape.class)))
    @ApiResponse(responseCode = "202", description = "it will be handled",
            content = @Content(schema = @Schema(implementation = EventSchemas.ReplayShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-topic` or `unknown-dead-letter`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> replay(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.SETTLE, () -> {
            Optional<Payload> data = JsonBody.readSource(request, body, ReplayBodies::one);
            return Answers.when(request, Asked.SETTLE,
                    () -> events.replay(topic(request, 2), id(request, 1), data.orElse(null)), EventAnswers::replay);
        });
    }

    @Post("/{topic:[^/]+}/replay")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Dead letters", operationId = "replayDeadLetters", summary = "Handle all that match again",
            description = "But those that are parked", parameters = {
                    @Parameter(name = "topic", in = ParameterIn.PATH, required = true,
                            description = "Such as counter_events", schema = @Schema(type = "string"))})
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = EventSchemas.FilterRequest.class)))
    @ApiResponse(responseCode = "200", description = "how many match, when `dry_run`",
            content = @Content(schema = @Schema(implementation = EventSchemas.MatchedShape.class)))
    @ApiResponse(responseCode = "202", description = "it has begun",
            content = @Content(schema = @Schema(implementation = EventSchemas.RunShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-topic`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> replayAll(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.ADD, () -> {
            String topic = topic(request, 1);
            ReplayBodies.Many many = JsonBody.read(request, body, ReplayBodies::many);
            return many.dryRun()
                    ? Answers.when(request, Asked.READ, () -> events.countReplayable(topic, many.filter()),
                            EventAnswers::matched)
                    : Answers.when(request, Asked.SETTLE, () -> events.replayAll(topic, many.filter(), many.rate()),
                            run -> EventAnswers.run(HttpStatus.ACCEPTED, run));
        });
    }

    @Get("/replays/{id:[^/]+}")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Dead letters", operationId = "getReplay", summary = "Read how far a replay is", parameters = {
            @Parameter(name = "id", in = ParameterIn.PATH, required = true,
                    description = EventSchemas.PATH_ID, schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "200", description = "its progress",
            content = @Content(schema = @Schema(implementation = EventSchemas.RunShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-replay`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> replayRun(HttpRequest<?> request) {
        return Answers.whenRead(request, () -> events.replayRun(id(request, 0)),
                run -> EventAnswers.run(HttpStatus.OK, run));
    }

    @Delete("/{topic:[^/]+}/{id:[^/]+}")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Dead letters", operationId = "purgeDeadLetter", summary = "Forget a dead letter",
            description = "The process's log tells what it was. Idempotent", parameters = {
                    @Parameter(name = "topic", in = ParameterIn.PATH, required = true,
                            description = "Such as counter_events", schema = @Schema(type = "string")),
                    @Parameter(name = "id", in = ParameterIn.PATH, required = true,
                            description = EventSchemas.PATH_ID, schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "204", description = "there is none of this id now")
    @ApiResponse(responseCode = "404", description = "`unknown-topic`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> purge(HttpRequest<?> request) {
        return Answers.when(request, Asked.DELETE, () -> events.purge(topic(request, 1), id(request, 0)),
                _ -> HttpResponse.noContent());
    }

    @Post("/{topic:[^/]+}/purge")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Dead letters", operationId = "purgeDeadLetters",
            summary = "Forget all that failed before a time",
            description = "The process's log tells each", parameters = {
                    @Parameter(name = "topic", in = ParameterIn.PATH, required = true,
                            description = "Such as counter_events", schema = @Schema(type = "string"))})
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = EventSchemas.PurgeRequest.class)))
    @ApiResponse(responseCode = "204", description = "they are forgotten")
    @ApiResponse(responseCode = "404", description = "`unknown-topic`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> purgeAll(HttpRequest<?> request, @Body byte[] body) {
        return Answers.when(request, Asked.DELETE, () -> {
            Instant before = JsonBody.read(request, body, ReplayBodies::purge);
            return events.purgeAll(topic(request, 1), before);
        }, _ -> HttpResponse.noContent());
    }

    private static String topic(HttpRequest<?> request, int place) {
        return EventQueries.id(request, place, "topic");
    }

    private static String id(HttpRequest<?> request, int place) {
        return EventQueries.id(request, place, "id");
    }
}
