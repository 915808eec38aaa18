/** Tests of payments over gRPC. */
@NullMarked
package io.tallygate.grpc.payment;

import org.jspecify.annotations.NullMarked;
