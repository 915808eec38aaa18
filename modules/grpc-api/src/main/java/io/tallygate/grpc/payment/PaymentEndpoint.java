package io.tallygate.grpc.payment;

import io.grpc.stub.StreamObserver;
import io.micronaut.context.annotation.Requires;
import io.tallygate.grpc.Calls;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.RequestKey;
import io.tallygate.payment.Payments;
import io.tallygate.payment.v1.DepositRequest;
import io.tallygate.payment.v1.DepositResponse;
import io.tallygate.payment.v1.GetAccountRequest;
import io.tallygate.payment.v1.GetAccountResponse;
import io.tallygate.payment.v1.GetPaymentRequest;
import io.tallygate.payment.v1.GetPaymentResponse;
import io.tallygate.payment.v1.PayRequest;
import io.tallygate.payment.v1.PayResponse;
import io.tallygate.payment.v1.PaymentServiceGrpc;
import jakarta.inject.Singleton;

/** Payments over gRPC. */
@Singleton
@Requires(beans = Payments.class)
final class PaymentEndpoint extends PaymentServiceGrpc.PaymentServiceImplBase {

    private final Payments payments;

    PaymentEndpoint(Payments payments) {
        this.payments = payments;
    }

    @Override
    public void pay(PayRequest request, StreamObserver<PayResponse> observer) {
        Calls.answer(observer, Asked.SETTLE, () -> payments.pay(PaymentMessages.order(request)),
                PaymentMessages::response);
    }

    @Override
    public void getPayment(GetPaymentRequest request, StreamObserver<GetPaymentResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> payments.payment(request.getOrderId()),
                payment -> GetPaymentResponse.newBuilder().setPayment(PaymentMessages.payment(payment)).build());
    }

    @Override
    public void getAccount(GetAccountRequest request, StreamObserver<GetAccountResponse> observer) {
        Calls.answer(observer, Asked.READ, () -> payments.account(request.getAccountId()),
                account -> GetAccountResponse.newBuilder().setAccount(PaymentMessages.account(account)).build());
    }

    @Override
    public void deposit(DepositRequest request, StreamObserver<DepositResponse> observer) {
        Calls.answer(observer, Asked.ADD,
                () -> payments.deposit(request.getAccountId(), PaymentMessages.money(request),
                        new RequestKey(Calls.caller(), request.getRequestId())),
                PaymentMessages::deposit);
    }
}
