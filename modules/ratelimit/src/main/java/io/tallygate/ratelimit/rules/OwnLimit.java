package io.tallygate.ratelimit.rules;

/**
 * A limit that comes with its descriptor: a fixed window.
 *
 * @param requestsPerUnit 0 to {@value io.tallygate.ratelimit.Limit#REQUESTS_MAX}
 */
public record OwnLimit(long requestsPerUnit, Unit unit) {}
