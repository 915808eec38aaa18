/** Rate limits over gRPC, over real connections. */
@NullMarked
package io.tallygate.grpc.ratelimit;

import org.jspecify.annotations.NullMarked;
