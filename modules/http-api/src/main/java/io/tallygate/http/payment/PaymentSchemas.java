package io.tallygate.http.payment;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;

/**
 * The shapes of requests and answers, for the OpenAPI description. Nothing reads or writes JSON through these. A test holds
 * them against what the server answers.
 */
final class PaymentSchemas {

    /** What an identifier in a path may be. */
    static final String PATH_ID = "1 to 256 bytes of UTF-8 without control characters, percent-encoded";

    private static final String ID = "1 to 256 bytes of UTF-8 without control characters";
    private static final String AMOUNT = "In minor units of the currency, such as cents: an integer from 1 to 2^63-1";
    private static final String CURRENCY = "That of the accounts: three capital letters, as in ISO 4217";

    private PaymentSchemas() {}

    @Schema(name = "PaymentOrder")
    record OrderRequest(
            @Schema(description = "The order's name, by which a repetition is known for good, whoever sends it. " + ID,
                    example = "order-7", requiredMode = Schema.RequiredMode.REQUIRED) String orderId,
            @Schema(description = "The account that the money is taken from. " + ID, example = "ada",
                    requiredMode = Schema.RequiredMode.REQUIRED) String payer,
            @Schema(description = "The account that it is given to, another one. " + ID, example = "bob",
                    requiredMode = Schema.RequiredMode.REQUIRED) String payee,
            @Schema(description = AMOUNT, example = "1250", minimum = "1",
                    requiredMode = Schema.RequiredMode.REQUIRED) long amount,
            @Schema(description = CURRENCY, example = "EUR", pattern = "^[A-Z]{3}$",
                    requiredMode = Schema.RequiredMode.REQUIRED) String currency) {}

    @Schema(name = "Payment")
    record PaymentShape(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String orderId,
            @Schema(description = "`settled`", type = "string", allowableValues = "settled",
                    requiredMode = Schema.RequiredMode.REQUIRED) String state,
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String payer,
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String payee,
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) long amount,
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String currency,
            @Schema(description = "When it was decided",
                    requiredMode = Schema.RequiredMode.REQUIRED) Instant settledAt,
            @Schema(description = "The payer's, right after this payment. Absent only while the order was not answered yet; "
                    + "where that was for 24 hours, for good",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) long balance) {}

    @Schema(name = "Deposit")
    record DepositRequest(
            @Schema(description = AMOUNT, example = "5000", minimum = "1",
                    requiredMode = Schema.RequiredMode.REQUIRED) long amount,
            @Schema(description = "That of the account, which begins with its first deposit: three capital letters, as in "
                    + "ISO 4217", example = "EUR", pattern = "^[A-Z]{3}$",
                    requiredMode = Schema.RequiredMode.REQUIRED) String currency,
            @Schema(description = "Required, here or as the header `Idempotency-Key`. " + ID,
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String requestId) {}

    @Schema(name = "Account")
    record AccountShape(
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String accountId,
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) String currency,
            @Schema(description = "In minor units, at least 0", minimum = "0",
                    requiredMode = Schema.RequiredMode.REQUIRED) long balance) {}
}
