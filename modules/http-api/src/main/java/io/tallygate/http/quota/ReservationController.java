package io.tallygate.http.quota;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
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
import io.tallygate.http.Answers;
import io.tallygate.http.ApiDescription;
import io.tallygate.http.BodyProblemAnswers;
import io.tallygate.http.JsonBody;
import io.tallygate.http.ProblemAnswers;
import io.tallygate.http.ProblemShape;
import io.tallygate.http.RequiresScope;
import io.tallygate.kernel.Asked;
import io.tallygate.quota.Commitment;
import io.tallygate.quota.Quotas;
import java.util.concurrent.CompletionStage;

/** Reservations over HTTP. */
@Controller(ReservationController.PATH)
@Requires(beans = Quotas.class)
final class ReservationController {

    static final String PATH = "/api/v1/quota/reservations";

    private final Quotas quotas;

    ReservationController(Quotas quotas) {
        this.quotas = quotas;
    }

    @Post("/{id:[^/]+}/commit")
    @RequiresScope(Scope.WRITE)
    @Operation(tags = "Reservations", operationId = "commitReservation",
            summary = "Keep what was used, and give the rest back",
            description = "Of `{}` all that was reserved is kept. A repetition is answered the same", parameters = {
                    @Parameter(name = "id", in = ParameterIn.PATH, required = true,
                            description = "As the reservation was answered", schema = @Schema(type = "string"))})
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = QuotaSchemas.CommitRequest.class)))
    @ApiResponse(responseCode = "200", description = "as it has ended",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.ReservationShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-reservation`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ApiResponse(responseCode = "409",
            description = "`reservation-ended`: it has ended otherwise; the state is in the problem, and nothing was changed",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = QuotaSchemas.ReservationEndedShape.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> commit(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.SETTLE, () -> {
            Commitment commitment = JsonBody.read(request, body, CommitmentBody::read);
            return Answers.when(request, Asked.SETTLE,
                    () -> quotas.commit(QuotaPaths.id(request, 1, "reservation_id"), commitment),
                    QuotaAnswers::ended);
        });
    }

    @Post("/{id:[^/]+}/release")
    @RequiresScope(Scope.WRITE)
    @Operation(tags = "Reservations", operationId = "releaseReservation", summary = "Give back all that was reserved",
            description = "A repetition is answered the same", parameters = {
                    @Parameter(name = "id", in = ParameterIn.PATH, required = true,
                            description = "As the reservation was answered", schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "200", description = "as it has ended",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.ReservationShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-reservation`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ApiResponse(responseCode = "409",
            description = "`reservation-ended`: it has ended otherwise; the state is in the problem, and nothing was changed",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = QuotaSchemas.ReservationEndedShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> release(HttpRequest<?> request) {
        return Answers.inJson(request, Asked.SETTLE, () -> Answers.when(request, Asked.SETTLE,
                () -> quotas.release(QuotaPaths.id(request, 1, "reservation_id")), QuotaAnswers::ended));
    }

    @Get("/{id:[^/]+}")
    @RequiresScope(Scope.READ)
    @Operation(tags = "Reservations", operationId = "getReservation", summary = "Read one reservation",
            description = "It answers for 24 hours after its end, too", parameters = {
                    @Parameter(name = "id", in = ParameterIn.PATH, required = true,
                            description = "As the reservation was answered", schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "200", description = "its state",
            content = @Content(schema = @Schema(implementation = QuotaSchemas.ReservationShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-reservation`",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> get(HttpRequest<?> request) {
        return Answers.whenRead(request, () -> quotas.reservation(QuotaPaths.id(request, 0, "reservation_id")),
                QuotaAnswers::reservation);
    }
}
