package io.tallygate.grpc;

import io.grpc.MethodDescriptor;
import io.tallygate.access.Scope;

/** Which scope a method needs whose {@code .proto} file is not ours and cannot say it: a bean. */
public record ForeignMethod(MethodDescriptor<?, ?> method, Scope scope) {}
