package io.tallygate.ratelimit.rules;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Versioned;
import io.tallygate.ratelimit.RateLimitProblem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rules that callers have stored: a document of the ledger for each domain. What this process stores is in effect here at
 * once, and what others store after {@link #refresh}. Thread-safe; no method blocks.
 */
final class StoredRules {

    static final Book BOOK = Book.ofDocuments("ratelimit_rule");

    private static final String SECTION = "domain";
    private static final int ATTEMPTS_MAX = 16;

    private final Ledger ledger;
    private final RuleBook book;
    /** Counts what this process has changed, so that a list from before a change does not undo it. Guarded by this. */
    private long changes;

    StoredRules(Ledger ledger, RuleBook book) {
        this.ledger = ledger;
        this.book = book;
    }

    private static RowKey row(String domain) {
        return new RowKey(BOOK, SECTION, domain, 0);
    }

    /** A stored document, named so that whoever reads of what is wrong with it knows which it is. */
    private static RuleDocument document(String domain, byte[] bytes) {
        return RuleDocument.of("stored rules of " + domain, bytes);
    }

    /** Has the book use what is stored now. */
    CompletionStage<Void> refresh() {
        long before = changes();
        return read("", new HashMap<>())
                .thenCompose(documents -> use(documents, before) ? CompletableFuture.completedFuture(null) : refresh());
    }

    private synchronized long changes() {
        return changes;
    }

    private synchronized boolean use(Map<String, RuleDocument> documents, long before) {
        boolean isRecent = changes == before;
        if (isRecent) {
            book.useStored(documents);
        }
        return isRecent;
    }

    private synchronized void changed(Runnable change) {
        changes++;
        change.run();
    }

    private CompletionStage<Map<String, RuleDocument>> read(String after, Map<String, RuleDocument> found) {
        return ledger.list(BOOK, SECTION, after, Ledger.ROWS_MAX).thenCompose(listing -> {
            for (Row row : listing.rows()) {
                found.put(row.id(), document(row.id(), Objects.requireNonNull(row.document()).bytes()));
            }
            return listing.more() && found.size() < RuleBook.DOMAINS_MAX
                    ? read(listing.rows().getLast().id(), found)
                    : CompletableFuture.completedFuture(found);
        });
    }

    /**
     * Stores rules in place of those that there are.
     *
     * @param ifMatch the entity tag of the rules that are meant, or {@code *} for any; null says nothing
     * @return fails with {@link RateLimitProblem#RULES_CHANGED} when others are in effect
     * @throws RulesRefusedException when the document is wrong, or for another domain
     */
    CompletionStage<RuleDocument> put(String domain, byte[] bytes, @Nullable String ifMatch) {
        RuleDocument document = document(domain, bytes);
        book.requireTakeable(domain, document);
        return change(domain, before -> {
            requireMatch(ifMatch, current(before, domain).or(() -> book.ofFile(domain)));
            return new Change.Put(row(domain), before.version(), Document.of(bytes));
        }).thenApply(done -> {
            changed(() -> book.store(domain, document));
            return document;
        });
    }

    /**
     * Forgets the stored rules of a domain.
     *
     * @param ifMatch as above
     * @return fails with {@link RateLimitProblem#UNKNOWN_DOMAIN} when there are none, and as above
     */
    CompletionStage<Void> delete(String domain, @Nullable String ifMatch) {
        return change(domain, before -> {
            Optional<RuleDocument> stored = current(before, domain);
            if (stored.isEmpty()) {
                throw new DomainProblemException(RateLimitProblem.UNKNOWN_DOMAIN,
                        "no rules of domain " + domain + " are stored");
            }
            requireMatch(ifMatch, stored);
            return new Change.Delete(row(domain), before.version());
        }).thenAccept(done -> changed(() -> book.remove(domain)));
    }

    private static Optional<RuleDocument> current(Versioned stored, String domain) {
        return Optional.ofNullable(stored.document()).map(document -> document(domain, document.bytes()));
    }

    private static void requireMatch(@Nullable String ifMatch, Optional<RuleDocument> current) {
        if (ifMatch != null && (current.isEmpty() || !(ifMatch.equals("*") || ifMatch.equals(current.get().etag())))) {
            throw new DomainProblemException(RateLimitProblem.RULES_CHANGED, current.isEmpty()
                    ? "the domain has no rules"
                    : "the domain has other rules than those that were to be replaced");
        }
    }

    private CompletionStage<Void> change(String domain, Function<Versioned, Change> decide) {
        return change(domain, decide, ATTEMPTS_MAX);
    }

    /** Reads, decides, and does so again when another process was faster. */
    private CompletionStage<Void> change(String domain, Function<Versioned, Change> decide, int attempts) {
        if (attempts == 0) {
            return CompletableFuture.failedFuture(new DomainProblemException(GeneralProblem.OVERLOADED,
                    "others keep changing the same rules; nothing was changed"));
        }
        return ledger.documents(List.of(row(domain)))
                .thenCompose(documents -> ledger.post(new Posting(null, Mode.ALL,
                        List.of(decide.apply(documents.getFirst())), Memo.EMPTY)))
                .thenCompose(result -> isApplied(result)
                        ? CompletableFuture.completedFuture(null)
                        : change(domain, decide, attempts - 1));
    }

    private static boolean isApplied(PostingResult result) {
        return switch (result) {
            case PostingResult.Committed committed -> committed.outcomes().refusal(0) == null;
            case PostingResult.KeyReused _ -> throw new IllegalStateException("there was no key");
            case PostingResult.Failed(RuntimeException failure) -> throw failure;
        };
    }
}
