/**
 * Functions that are invoked without HTTP: with one JSON document of the contract each, with batches of Kafka records,
 * or by a schedule. Lambda itself checks who may invoke them.
 *
 * <p>A document that breaks a rule is answered with a problem, which has a {@code status}, and not with a failed
 * invocation: Lambda repeats failed ones. Only an event that is not what its sender promises fails.
 */
@NullMarked
package io.tallygate.functions.direct;

import org.jspecify.annotations.NullMarked;
