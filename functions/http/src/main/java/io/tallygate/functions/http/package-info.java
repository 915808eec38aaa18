/**
 * The HTTP contract as one function, behind a function URL, an HTTP API (payload format 1.0 or 2.0), a REST API or an
 * Application Load Balancer: each event says what it came through.
 *
 * <p>Without tokens it does not start, unless {@code tallygate.access=gateway} says that whatever stands in front lets
 * only those pass who may do everything: a function URL can be public, and an HTTP API is, unless told otherwise.
 *
 * <p>An HTTP API decodes a path before it hands it over. What was {@code %2F} or {@code %3F} in it cannot be told from a
 * slash or from the beginning of a query any more, so ids with these characters cannot stand in paths there.
 */
@NullMarked
package io.tallygate.functions.http;

import org.jspecify.annotations.NullMarked;
