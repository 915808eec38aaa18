@NullMarked
package io.tallygate.grpc;

import org.jspecify.annotations.NullMarked;
