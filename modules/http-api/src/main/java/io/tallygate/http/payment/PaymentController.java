package io.tallygate.http.payment;

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
import io.tallygate.http.PathIds;
import io.tallygate.http.ProblemAnswers;
import io.tallygate.http.ProblemShape;
import io.tallygate.http.RequiresScope;
import io.tallygate.kernel.Asked;
import io.tallygate.payment.PaymentOrder;
import io.tallygate.payment.Payments;
import java.util.concurrent.CompletionStage;

/** Payments over HTTP. */
@Controller(PaymentController.PATH)
@Requires(beans = Payments.class)
final class PaymentController {

    static final String PATH = "/api/v1/payments";

    private final Payments payments;

    PaymentController(Payments payments) {
        this.payments = payments;
    }

    @Post
    @RequiresScope(Scope.WRITE)
    @Operation(tags = "Payments", operationId = "pay", summary = "Move an amount from one account to another",
            description = "Once for each order: a repetition is answered the same, for good. An order that was refused for "
                    + "its payer's funds, or its payee's overflow, is refused for 24 hours and then tried again")
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = PaymentSchemas.OrderRequest.class)))
    @ApiResponse(responseCode = "200", description = "settled before, by the same order",
            content = @Content(schema = @Schema(implementation = PaymentSchemas.PaymentShape.class)))
    @ApiResponse(responseCode = "201", description = "settled",
            content = @Content(schema = @Schema(implementation = PaymentSchemas.PaymentShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-account`: an account begins with its first deposit",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ApiResponse(responseCode = "409",
            description = "`insufficient-funds`, `currency-mismatch` or `balance-overflow`: nothing was changed",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ApiResponse(responseCode = "422",
            description = "`idempotency-key-reused`: the order was sent with other content; nothing was changed",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> pay(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.SETTLE, () -> {
            PaymentOrder order = JsonBody.read(request, body, OrderBody::read);
            return Answers.when(request, Asked.SETTLE, () -> payments.pay(order), PaymentAnswers::paid);
        });
    }

    @Get("/{order_id:[^/]+}")
    @RequiresScope(Scope.READ)
    @Operation(tags = "Payments", operationId = "getPayment", summary = "Read the payment that settled an order",
            parameters = {
                    @Parameter(name = "order_id", in = ParameterIn.PATH, required = true,
                            description = PaymentSchemas.PATH_ID, schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "200", description = "settled",
            content = @Content(schema = @Schema(implementation = PaymentSchemas.PaymentShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-payment`: the order was not settled",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> get(HttpRequest<?> request) {
        return Answers.whenRead(request,
                () -> payments.payment(PathIds.fromEnd(request.getPath(), 0, "order_id")), PaymentAnswers::payment);
    }
}
