/** Payments and accounts over gRPC: the domain's endpoint, and what is between its messages and the domain's types. */
@NullMarked
package io.tallygate.grpc.payment;

import org.jspecify.annotations.NullMarked;
