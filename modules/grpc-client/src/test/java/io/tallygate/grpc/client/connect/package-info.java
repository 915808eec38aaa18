@NullMarked
package io.tallygate.grpc.client.connect;

import org.jspecify.annotations.NullMarked;
