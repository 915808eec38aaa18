package io.tallygate.contract;

/** What the classes about payments stand on. */
@NeedsPayments
abstract class PaymentSuite extends Suite {

    final PaymentApi payments = new PaymentApi(api);

    @Override
    Launch launch() {
        return super.launch().with(Launch.EVENT);
    }

    /** An account that holds this much. */
    final String freshAccount(long balance) {
        String account = seed.name("account");
        payments.begin(account, balance);
        return account;
    }

    /** An order that nobody has sent. */
    final String freshOrder() {
        return seed.name("order");
    }
}
