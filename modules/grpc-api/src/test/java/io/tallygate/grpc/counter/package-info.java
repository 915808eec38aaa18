/** Counters over gRPC, over real connections. */
@NullMarked
package io.tallygate.grpc.counter;

import org.jspecify.annotations.NullMarked;
