@NullMarked
package io.tallygate.grpc.connect;

import org.jspecify.annotations.NullMarked;
