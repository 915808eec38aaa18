package io.tallygate.contract;

import com.fasterxml.jackson.databind.JsonNode;
import io.tallygate.contract.GrpcRoute.Inexpressible;
import io.tallygate.payment.v1.Account;
import io.tallygate.payment.v1.DepositRequest;
import io.tallygate.payment.v1.GetAccountRequest;
import io.tallygate.payment.v1.GetPaymentRequest;
import io.tallygate.payment.v1.PayRequest;
import io.tallygate.payment.v1.Payment;
import io.tallygate.payment.v1.PaymentServiceGrpc;
import io.tallygate.payment.v1.PaymentServiceGrpc.PaymentServiceBlockingStub;
import java.util.List;
import java.util.function.LongConsumer;

/** {@code tallygate.payment.v1.PaymentService} for payments and accounts. */
final class PaymentRoutes {

    static final List<GrpcRoute> ALL = List.of(new GrpcRoute("POST", PaymentApi.PAYMENTS, PaymentRoutes::pay),
            new GrpcRoute("GET", PaymentApi.PAYMENTS + "/*", PaymentRoutes::getPayment),
            new GrpcRoute("GET", PaymentApi.ACCOUNTS + "/*", PaymentRoutes::getAccount),
            new GrpcRoute("POST", PaymentApi.ACCOUNTS + "/*/deposit", PaymentRoutes::deposit));

    private PaymentRoutes() {}

    private static HttpListener.Response pay(GrpcExchange exchange) {
        JsonNode body = exchange.body();
        var request = PayRequest.newBuilder();
        GrpcFields.text(body, "order_id", request::setOrderId);
        GrpcFields.text(body, "payer", request::setPayer);
        GrpcFields.text(body, "payee", request::setPayee);
        int64(body, "amount", request::setAmount);
        GrpcFields.text(body, "currency", request::setCurrency);
        var response = service(exchange).pay(request.build());
        return payment(response.getReplayed() ? 200 : 201, response.getPayment()).replayed(response.getReplayed());
    }

    private static HttpListener.Response getPayment(GrpcExchange exchange) {
        var request = GetPaymentRequest.newBuilder().setOrderId(exchange.name(0));
        return payment(200, service(exchange).getPayment(request.build()).getPayment());
    }

    private static HttpListener.Response payment(int status, Payment payment) {
        var body = Json.object("order_id", payment.getOrderId(), "state", "settled", "payer", payment.getPayer(),
                "payee", payment.getPayee(), "amount", payment.getAmount(), "currency", payment.getCurrency(),
                "settled_at", GrpcFields.time(payment.getSettledAt()));
        if (payment.hasBalance()) {
            body.put("balance", payment.getBalance());
        }
        return GrpcFields.json(status, body);
    }

    private static HttpListener.Response getAccount(GrpcExchange exchange) {
        var request = GetAccountRequest.newBuilder().setAccountId(exchange.name(0));
        return account(service(exchange).getAccount(request.build()).getAccount());
    }

    private static HttpListener.Response deposit(GrpcExchange exchange) {
        JsonNode body = exchange.body();
        var request = DepositRequest.newBuilder().setAccountId(exchange.name(0));
        int64(body, "amount", request::setAmount);
        GrpcFields.text(body, "currency", request::setCurrency);
        GrpcFields.text(body, "request_id", request::setRequestId);
        exchange.key().ifPresent(request::setRequestId);
        var response = service(exchange).deposit(request.build());
        return account(response.getAccount()).replayed(response.getReplayed());
    }

    private static HttpListener.Response account(Account account) {
        return GrpcFields.json(200, Json.object("account_id", account.getAccountId(), "currency",
                account.getCurrency(), "balance", account.getBalance()));
    }

    private static void int64(JsonNode object, String field, LongConsumer setter) {
        JsonNode value = object.get(field);
        if (value == null) {
            return;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new Inexpressible(value + " is no int64");
        }
        setter.accept(value.longValue());
    }

    private static PaymentServiceBlockingStub service(GrpcExchange exchange) {
        return exchange.service(PaymentServiceGrpc::newBlockingStub);
    }
}
