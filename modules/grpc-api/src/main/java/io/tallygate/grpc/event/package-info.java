/** Events and dead letters over gRPC: the domain's endpoint, and what is between its messages and the domain's types. */
@NullMarked
package io.tallygate.grpc.event;

import org.jspecify.annotations.NullMarked;
