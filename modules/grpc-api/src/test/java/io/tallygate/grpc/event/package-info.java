/** Tests of events over gRPC. */
@NullMarked
package io.tallygate.grpc.event;

import org.jspecify.annotations.NullMarked;
