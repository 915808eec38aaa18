package io.tallygate.payment;

import io.tallygate.kernel.Answered;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.RequestKey;
import io.tallygate.kernel.StageFailures;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Refusal;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Versioned;
import io.tallygate.ledger.WrongTypeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Payments and accounts on a ledger. What decides is what the ledger makes of a {@link Settlement}. */
final class LedgerPayments implements Payments {

    private final Ledger ledger;
    private final InstantSource clock;

    LedgerPayments(Ledger ledger, InstantSource clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Answered<Payment>> pay(PaymentOrder order) {
        return inTermsOfCallers(() -> ledger
                .documents(List.of(PaymentRows.payment(order.orderId()), PaymentRows.account(order.payer()),
                        PaymentRows.account(order.payee())))
                .thenCompose(found -> pay(order, found)));
    }

    /** @param found the order's record, the payer and the payee */
    private CompletionStage<Answered<Payment>> pay(PaymentOrder order, List<Versioned> found) {
        Document before = found.getFirst().document();
        if (before != null) {
            Answered<Payment> recorded = recorded(order, before);
            if (recorded.value().balance() != null) {
                return CompletableFuture.completedFuture(recorded);
            }
        }
        requireCurrency(order.money(), order.payer(), found.get(1));
        requireCurrency(order.money(), order.payee(), found.get(2));
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return post(Settlement.posting(order, now), "the order").thenCompose(result -> settled(order, result));
    }

    private CompletionStage<Answered<Payment>> settled(PaymentOrder order, PostingResult.Committed result) {
        if (Settlement.wasRecorded(result.outcomes())) {
            return record(order.orderId()).thenApply(record -> recorded(order, record));
        }
        Answered<Payment> paid = Answered.read(result.replayed(),
                () -> Settlement.payment(order, result.outcomes(), result.memo()));
        return post(Settlement.completion(paid.value()), "the order").thenApply(_ -> paid);
    }

    /** @throws DomainProblemException when the record is of another payment */
    private static Answered<Payment> recorded(PaymentOrder order, Document record) {
        Payment payment = PaymentDocuments.payment(order.orderId(), record);
        if (!payment.order().equals(order)) {
            throw reused("the order");
        }
        return new Answered<>(payment, true);
    }

    private static void requireCurrency(Money money, String accountId, Versioned account) {
        Document document = account.document();
        if (document == null) {
            throw unknownAccount(accountId);
        }
        requireCurrency(money, accountId, document);
    }

    private static void requireCurrency(Money money, String accountId, Document account) {
        String currency = PaymentDocuments.currency(account);
        if (!currency.equals(money.currency())) {
            throw new DomainProblemException(PaymentProblem.CURRENCY_MISMATCH, "the account " + accountId + " is in "
                    + currency + ", not in " + money.currency() + "; nothing was changed");
        }
    }

    private static DomainProblemException unknownAccount(String accountId) {
        return new DomainProblemException(PaymentProblem.UNKNOWN_ACCOUNT,
                "there is no account " + accountId + "; it begins with its first deposit");
    }

    @Override
    public CompletionStage<Payment> payment(String orderId) {
        return inTermsOfCallers(() -> {
            Ids.require("order_id", orderId);
            return record(orderId).thenApply(record -> PaymentDocuments.payment(orderId, record));
        });
    }

    private CompletionStage<Document> record(String orderId) {
        return document(PaymentRows.payment(orderId), new DomainProblemException(PaymentProblem.UNKNOWN_PAYMENT,
                "the order " + orderId + " was not settled"));
    }

    @Override
    public CompletionStage<Account> account(String id) {
        return inTermsOfCallers(() -> {
            Ids.require("account_id", id);
            return document(PaymentRows.account(id), unknownAccount(id)).thenCompose(document -> {
                String currency = PaymentDocuments.currency(document);
                return ledger.read(PaymentRows.balance(id, currency), Consistency.STRONG)
                        .thenApply(reading -> new Account(id, currency, reading.value()));
            });
        });
    }

    private CompletionStage<Document> document(RowKey row, DomainProblemException absent) {
        return ledger.documents(List.of(row)).thenApply(found -> {
            Document document = found.getFirst().document();
            if (document == null) {
                throw absent;
            }
            return document;
        });
    }

    @Override
    public CompletionStage<Answered<Account>> deposit(String accountId, Money money, RequestKey key) {
        return inTermsOfCallers(() -> {
            Ids.require("account_id", accountId);
            return ledger.documents(List.of(PaymentRows.account(accountId))).thenCompose(found -> {
                Document account = found.getFirst().document();
                return account == null ? begin(accountId, money, key) : add(accountId, account, money, key);
            });
        });
    }

    private CompletionStage<Answered<Account>> begin(String accountId, Money money, RequestKey key) {
        return post(Depositing.beginning(accountId, money, key), "the key")
                .thenCompose(result -> Depositing.wasBegun(result.outcomes())
                        ? document(PaymentRows.account(accountId), unknownAccount(accountId))
                                .thenCompose(account -> add(accountId, account, money, key))
                        : CompletableFuture.completedFuture(deposited(accountId, money, result)));
    }

    private CompletionStage<Answered<Account>> add(String accountId, Document account, Money money, RequestKey key) {
        requireCurrency(money, accountId, account);
        return post(Depositing.another(accountId, money, key), "the key")
                .thenApply(result -> deposited(accountId, money, result));
    }

    private static Answered<Account> deposited(String accountId, Money money, PostingResult.Committed result) {
        return Answered.read(result.replayed(), () -> Depositing.account(accountId, money, result.outcomes()));
    }

    /** @param named what the posting's key is to the caller, such as {@code the order} */
    private CompletionStage<PostingResult.Committed> post(Posting posting, String named) {
        return ledger.post(posting).thenApply(result -> switch (result) {
            case PostingResult.Committed committed -> {
                requireOwnRows(committed.outcomes());
                yield committed;
            }
            case PostingResult.KeyReused _ -> throw reused(named);
            case PostingResult.Failed(RuntimeException failure) -> throw failure;
        });
    }

    private static DomainProblemException reused(String named) {
        return new DomainProblemException(GeneralProblem.IDEMPOTENCY_KEY_REUSED,
                named + " was used for a request with other content; nothing was changed");
    }

    private static void requireOwnRows(Outcomes outcomes) {
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.refusal(i) == Refusal.WRONG_TYPE) {
                throw new WrongTypeException("what is in the place of a row of payments is something else");
            }
        }
    }

    /** The answer, in which a failure is what the port promises, and nothing is thrown. */
    private static <T> CompletionStage<T> inTermsOfCallers(Supplier<CompletionStage<T>> question) {
        CompletionStage<T> answer;
        try {
            answer = question.get();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.exceptionally(failure -> {
            throw switch (StageFailures.cause(failure)) {
                case WrongTypeException e -> new DomainProblemException(PaymentProblem.WRONG_TYPE,
                        "the store holds something else in the place of what payments keep, so it can be neither read"
                                + " nor changed until the store's operator removes it",
                        e);
                case Throwable other -> new CompletionException(other);
            };
        });
    }
}
