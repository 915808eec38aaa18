package io.tallygate.counter;

/**
 * A caller's name for one request, so that repeating it has one effect.
 *
 * @param id          what the caller calls the request, unique among callers; at most 300 bytes
 * @param fingerprint a digest of the request's content; the same id with another one is {@link WriteResult.KeyReused}
 */
public record IdempotencyKey(String id, String fingerprint) {}
