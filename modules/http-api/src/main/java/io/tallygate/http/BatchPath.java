package io.tallygate.http;

/**
 * A path whose POST requests have several operations each, and cost as much. A domain declares it as a bean.
 *
 * @param path without a query, with names in place of identifiers
 * @param list the member of the body that holds the operations, where the body itself is no list of them
 */
public record BatchPath(String path, String list) {}
