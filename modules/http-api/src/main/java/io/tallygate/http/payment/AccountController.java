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
import io.tallygate.http.KeyProblemAnswers;
import io.tallygate.http.Origin;
import io.tallygate.http.PathIds;
import io.tallygate.http.ProblemAnswers;
import io.tallygate.http.ProblemShape;
import io.tallygate.http.RequiresScope;
import io.tallygate.kernel.Asked;
import io.tallygate.payment.Payments;
import java.util.concurrent.CompletionStage;

/** Accounts over HTTP. */
@Controller(AccountController.PATH)
@Requires(beans = Payments.class)
final class AccountController {

    static final String PATH = "/api/v1/accounts";

    private final Payments payments;

    AccountController(Payments payments) {
        this.payments = payments;
    }

    @Get("/{account_id:[^/]+}")
    @RequiresScope(Scope.READ)
    @Operation(tags = "Payments", operationId = "getAccount", summary = "Read an account and its balance",
            parameters = {
                    @Parameter(name = "account_id", in = ParameterIn.PATH, required = true,
                            description = PaymentSchemas.PATH_ID, schema = @Schema(type = "string"))})
    @ApiResponse(responseCode = "200", description = "as the store holds it",
            content = @Content(schema = @Schema(implementation = PaymentSchemas.AccountShape.class)))
    @ApiResponse(responseCode = "404", description = "`unknown-account`: an account begins with its first deposit",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> get(HttpRequest<?> request) {
        return Answers.whenRead(request, () -> payments.account(accountId(request, 0)), PaymentAnswers::account);
    }

    @Post("/{account_id:[^/]+}/deposit")
    @RequiresScope(Scope.ADMIN)
    @Operation(tags = "Payments", operationId = "deposit", summary = "Bring money into an account",
            description = "The first deposit begins the account and fixes its currency", parameters = {
                    @Parameter(name = "account_id", in = ParameterIn.PATH, required = true,
                            description = PaymentSchemas.PATH_ID, schema = @Schema(type = "string")),
                    @Parameter(name = Origin.KEY_HEADER, in = ParameterIn.HEADER, description = ApiDescription.KEY,
                            schema = @Schema(type = "string", minLength = 1, maxLength = 256))})
    @RequestBody(required = true,
            content = @Content(schema = @Schema(implementation = PaymentSchemas.DepositRequest.class)))
    @ApiResponse(responseCode = "200", description = "the account right after the deposit",
            content = @Content(schema = @Schema(implementation = PaymentSchemas.AccountShape.class)))
    @ApiResponse(responseCode = "409",
            description = "`currency-mismatch` or `balance-overflow`: nothing was changed",
            content = @Content(mediaType = ApiDescription.PROBLEM,
                    schema = @Schema(implementation = ProblemShape.class)))
    @KeyProblemAnswers
    @ProblemAnswers
    @BodyProblemAnswers
    CompletionStage<HttpResponse<byte[]>> deposit(HttpRequest<?> request, @Body byte[] body) {
        return Answers.inJson(request, Asked.ADD, () -> {
            DepositBody deposit = JsonBody.read(request, body, DepositBody::read);
            return Answers.when(request, Asked.ADD,
                    () -> payments.deposit(accountId(request, 1), deposit.money(), deposit.key(Origin.of(request))),
                    PaymentAnswers::deposited);
        });
    }

    private static String accountId(HttpRequest<?> request, int place) {
        return PathIds.fromEnd(request.getPath(), place, "account_id");
    }
}
