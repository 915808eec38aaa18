package io.tallygate.payment;

/**
 * An account.
 *
 * @param balance in minor units of the currency, at least 0
 */
public record Account(String id, String currency, long balance) {}
