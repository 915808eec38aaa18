package io.tallygate.grpc.payment;

import io.grpc.ServiceDescriptor;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.tallygate.payment.Payments;
import io.tallygate.payment.v1.PaymentServiceGrpc;
import jakarta.inject.Singleton;

/** Says which service is about payments. */
@Factory
@Requires(beans = Payments.class)
final class PaymentGrpcFactory {

    @Singleton
    ServiceDescriptor paymentService() {
        return PaymentServiceGrpc.getServiceDescriptor();
    }
}
