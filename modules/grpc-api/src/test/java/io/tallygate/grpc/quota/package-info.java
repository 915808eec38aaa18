/** Tests over real connections. */
@NullMarked
package io.tallygate.grpc.quota;

import org.jspecify.annotations.NullMarked;
