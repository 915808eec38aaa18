package io.tallygate.ratelimit;

/** The keys of a request, which do not give way to each other. */
interface Asked {

    boolean asks(long high, long low);
}
