package io.tallygate.http;

/**
 * A path whose POST requests have several operations each, and cost as much. A domain declares it as a bean.
 *
 * @param path without a query, as clients send it
 * @param list the member of the body that holds the operations
 */
public record BatchPath(String path, String list) {}
