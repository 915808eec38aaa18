package io.tallygate.http.event;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.tallygate.access.Scope;
import io.tallygate.event.Event;
import io.tallygate.event.Events;
import io.tallygate.http.Answers;
import io.tallygate.http.ApiDescription;
import io.tallygate.http.BodyProblemAnswers;
import io.tallygate.http.Origin;
import io.tallygate.http.Problem;
import io.tallygate.http.ProblemAnswers;
import io.tallygate.http.ProblemException;
import io.tallygate.http.ProblemShape;
import io.tallygate.http.RequiresScope;
import io.tallygate.kernel.Asked;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/** Events over HTTP. */
@Controller(EventController.PATH)
@Requires(beans = Events.class)
final class EventController {

    static final String PATH = "/api/v1/events";

    private final Events events;

    EventController(Events events) {
        this.events = events;
    }

    @Post("/{topic:[^/]+}")
    @Consumes(MediaType.ALL)
    @RequiresScope(Scope.WRITE)
    @Operation(tags = "Events", operationId = "appendEvents", summary = "Append events to a topic",
            description = "Answered once they are stored. An event of the same source and id is accepted again, and has no"
                    + " second effect within 24 hours. In binary mode the attributes are in headers such as `ce-id`, and"
                    + " the body is the data",
            parameters = {
                    @Parameter(name = "topic", in = ParameterIn.PATH, required = true,
                            description = "Such as counter_events", schema = @Schema(type = "string"))})
    @RequestBody(required = true, content = {
            @Content(mediaType = EventDocuments.STRUCTURED,
                    schema = @Schema(implementation = EventSchemas.CloudEventShape.class)),
            @Content(mediaType = EventDocuments.BATCH,
                    array = @ArraySchema(schema = @Schema(implementation = EventSchemas.CloudEventShape.class))),
            @Content(mediaType = MediaType.APPLICATION_JSON,
                    schema = @Schema(implementation = EventSchemas.PlainEventsRequest.class))})
    @ApiResponse(responseCode = "202", description = "all are stored",
            content = @Content(schema = @Schema(implementation = EventSchemas.AcceptedShape.class)))
    @ApiResponse(responseCode = "207", description = "some are invalid; the others are stored",
            content = @Content(schema = @Schema(implementation = EventSchemas.ResultsShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-topic`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> append(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.ADD, () -> {
            String topic = topic(request, 0);
            EventDocuments.Requested requested = EventDocuments.read(request, body, topic,
                    Origin.of(request).caller());
            List<RequestedEvent> all = requested.events();
            if (requested.single() && !all.getFirst().errors().isEmpty()) {
                throw new ProblemException(Problem.invalid(all.getFirst().errors()));
            }
            List<Event> valid = all.stream().filter(event -> event.errors().isEmpty())
                    .map(event -> Objects.requireNonNull(event.event())).toList();
            // Where none is valid the topic is looked at all the same.
            return Answers.when(request, Asked.SETTLE,
                    () -> valid.isEmpty() ? events.lag(topic) : events.append(topic, valid),
                    _ -> EventAnswers.appended(all));
        });
    }

    @Get("/{topic:[^/]+}/lag")
    @RequiresScope(Scope.READ)
    @Operation(tags = "Events", operationId = "eventLag", summary = "Read how far a topic is consumed",
            description = "By group and partition", parameters = {
                    @Parameter(name = "topic", in = ParameterIn.PATH, required = true,
                            description = "Such as counter_events", schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "200", description = "each group's position",
            content = @Content(schema = @Schema(implementation = EventSchemas.LagShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-topic`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> lag(HttpRequest<?> request) {
        return Answers.whenRead(request, () -> events.lag(topic(request, 1)),
                groups -> EventAnswers.lag(topic(request, 1), groups));
    }

    @Post("/{topic:[^/]+}/resume")
    @Consumes(MediaType.ALL)
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Events", operationId = "resumeTopic", summary = "Go on with a topic that has stopped",
            description = "A topic stops when too many of its events fail", parameters = {
                    @Parameter(name = "topic", in = ParameterIn.PATH, required = true,
                            description = "Such as counter_events", schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "204", description = "it goes on, or did not stand")
    @ApiResponse(responseCode = "404", description = "`unknown-topic`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> resume(HttpRequest<?> request) {
        return Answers.when(request, Asked.SETTLE, () -> events.resume(topic(request, 1)),
                _ -> HttpResponse.noContent());
    }

    private static String topic(HttpRequest<?> request, int place) {
        return EventQueries.id(request, place, "topic");
    }
}
