package io.tallygate.http.ratelimit;

import io.micronaut.http.HttpRequest;

/** Gives requests a place from which their answers take what they tell of limits. */
interface AnswerMarks {

    /** A place for a request that is being received, for the thread that receives it; once for each request. */
    LimitMark of(HttpRequest<?> request);
}
