package io.tallygate.http.payment;

/** What objects in requests about payments and accounts have. */
enum PaymentMember {
    ORDER_ID,
    PAYER,
    PAYEE,
    AMOUNT,
    CURRENCY,
    REQUEST_ID
}
