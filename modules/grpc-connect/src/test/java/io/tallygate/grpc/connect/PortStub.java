package io.tallygate.grpc.connect;

import com.google.protobuf.Empty;
import com.google.protobuf.Int64Value;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.AbstractBlockingStub;
import io.grpc.stub.ClientCalls;

/** Calls of the service that a {@link Server} offers: each is answered with the port of the server that it reached. */
final class PortStub extends AbstractBlockingStub<PortStub> {

    static final String SERVICE = "tallygate.test.Ports";
    static final MethodDescriptor<Empty, Int64Value> READ = method("Read");
    static final MethodDescriptor<Empty, Int64Value> WRITE = method("Write");

    private PortStub(Channel channel, CallOptions options) {
        super(channel, options);
    }

    static PortStub on(Channel channel) {
        return new PortStub(channel, CallOptions.DEFAULT);
    }

    private static MethodDescriptor<Empty, Int64Value> method(String name) {
        return MethodDescriptor.<Empty, Int64Value>newBuilder().setType(MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
                .setRequestMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
                .setResponseMarshaller(ProtoUtils.marshaller(Int64Value.getDefaultInstance())).build();
    }

    @Override
    protected PortStub build(Channel channel, CallOptions options) {
        return new PortStub(channel, options);
    }

    long read() {
        return call(READ);
    }

    long write() {
        return call(WRITE);
    }

    private long call(MethodDescriptor<Empty, Int64Value> method) {
        return ClientCalls.blockingUnaryCall(getChannel(), method, getCallOptions(), Empty.getDefaultInstance())
                .getValue();
    }
}
