package io.tallygate.http;

/**
 * A path of which one connection's POST requests are handled together when they came together, because they keep their
 * order on the way to the store. A domain declares it as a bean.
 *
 * @param path without a query, as clients send it
 */
public record PipelinedPath(String path) {}
