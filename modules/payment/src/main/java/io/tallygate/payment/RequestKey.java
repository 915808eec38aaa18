package io.tallygate.payment;

/**
 * A caller's name for one deposit, by which a repetition of it is known. A name belongs to its caller: two callers who choose
 * the same one do not meet. An {@code Idempotency-Key} and a {@code request_id} are the same.
 *
 * @param caller the name of the caller's token; empty when there are none
 * @param name   1 to 256 bytes
 */
public record RequestKey(String caller, String name) {}
