package io.tallygate.kernel;

/**
 * A caller's name for one request, by which a repetition of it is known. A name belongs to its caller: two callers who choose
 * the same one do not meet. An {@code Idempotency-Key} and a {@code request_id} are the same.
 *
 * @param caller the name of the caller's token; empty when there are none
 * @param name   1 to 256 bytes; for item {@code i} of a batch that has no name of its own, the batch's with {@code #i} behind it
 */
public record RequestKey(String caller, String name) {}
