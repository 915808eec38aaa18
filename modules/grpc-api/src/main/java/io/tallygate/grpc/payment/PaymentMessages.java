package io.tallygate.grpc.payment;

import io.tallygate.grpc.InvalidRequestException;
import io.tallygate.grpc.Values;
import io.tallygate.kernel.Answered;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.payment.Account;
import io.tallygate.payment.Money;
import io.tallygate.payment.Payment;
import io.tallygate.payment.PaymentOrder;
import io.tallygate.payment.v1.DepositRequest;
import io.tallygate.payment.v1.DepositResponse;
import io.tallygate.payment.v1.PayRequest;
import io.tallygate.payment.v1.PayResponse;

/** Between messages and the domain's types, with the rules of the contract. */
final class PaymentMessages {

    private PaymentMessages() {}

    /** @throws InvalidRequestException naming each field that breaks a rule */
    static PaymentOrder order(PayRequest request) {
        try {
            return new PaymentOrder(request.getOrderId(), request.getPayer(), request.getPayee(),
                    new Money(request.getAmount(), request.getCurrency()));
        } catch (InvalidInputException e) {
            throw InvalidRequestException.everything(e, () -> Ids.require("order_id", request.getOrderId()),
                    () -> Ids.require("payer", request.getPayer()), () -> Ids.require("payee", request.getPayee()),
                    () -> PaymentOrder.requireTwoAccounts(request.getPayer(), request.getPayee()),
                    () -> Money.requireAmount(request.getAmount()),
                    () -> Money.requireCurrency(request.getCurrency()));
        }
    }

    /** @throws InvalidRequestException naming each field that breaks a rule */
    static Money money(DepositRequest request) {
        try {
            Ids.require("account_id", request.getAccountId());
            Ids.require("request_id", request.getRequestId());
            return new Money(request.getAmount(), request.getCurrency());
        } catch (InvalidInputException e) {
            throw InvalidRequestException.everything(e, () -> Ids.require("account_id", request.getAccountId()),
                    () -> Ids.require("request_id", request.getRequestId()),
                    () -> Money.requireAmount(request.getAmount()),
                    () -> Money.requireCurrency(request.getCurrency()));
        }
    }

    static PayResponse response(Answered<Payment> answered) {
        return PayResponse.newBuilder().setPayment(payment(answered.value())).setReplayed(answered.replayed()).build();
    }

    static io.tallygate.payment.v1.Payment payment(Payment payment) {
        PaymentOrder order = payment.order();
        var message = io.tallygate.payment.v1.Payment.newBuilder().setOrderId(order.orderId())
                .setPayer(order.payer()).setPayee(order.payee()).setAmount(order.money().amount())
                .setCurrency(order.money().currency()).setSettledAt(Values.timestamp(payment.settledAt()));
        Long balance = payment.balance();
        if (balance != null) {
            message.setBalance(balance);
        }
        return message.build();
    }

    static DepositResponse deposit(Answered<Account> answered) {
        return DepositResponse.newBuilder().setAccount(account(answered.value())).setReplayed(answered.replayed())
                .build();
    }

    static io.tallygate.payment.v1.Account account(Account account) {
        return io.tallygate.payment.v1.Account.newBuilder().setAccountId(account.id())
                .setCurrency(account.currency()).setBalance(account.balance()).build();
    }
}
