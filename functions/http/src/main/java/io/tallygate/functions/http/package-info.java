/**
 * The HTTP contract as one function, behind API Gateway's HTTP APIs or a function URL (payload format 2.0).
 *
 * <p>Without tokens it does not start, unless {@code tallygate.access=gateway} says that whatever stands in front lets
 * only those pass who may do everything: a function URL can be public, and an HTTP API is, unless told otherwise.
 */
@NullMarked
package io.tallygate.functions.http;

import org.jspecify.annotations.NullMarked;
