package io.tallygate.ratelimit;

/** How a store in memory is filled. */
public interface RateLimitGauges {

    /** Keys that are held, those included that have expired and were not yet met. */
    long keys();

    /** Bytes that are held for them. */
    long bytes();

    /** Keys that gave way to others before their time: each starts anew, and so lets more pass than its rule. */
    long evictions();

    /** Requests that found no room. */
    long refusals();
}
