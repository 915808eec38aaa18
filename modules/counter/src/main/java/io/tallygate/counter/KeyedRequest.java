package io.tallygate.counter;

import java.util.List;

/** Changes that are applied together with the record of their idempotency key, or not at all when it is known. */
public record KeyedRequest(IdempotencyKey key, List<Change.Add> changes) {}
