package io.tallygate.ratelimit.rules;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.Ids;
import io.tallygate.ratelimit.RateLimitProblem;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The rules as callers read and change them. Thread-safe; no method blocks. */
public final class RuleAdmin {

    /** What problems of a document that a caller has sent are reported under. */
    private static final String SENT = "body";

    private final RuleBook book;
    private final @Nullable StoredRules stored;

    /** {@code stored} is null where nothing keeps what callers store. */
    RuleAdmin(RuleBook book, @Nullable StoredRules stored) {
        this.book = book;
        this.stored = stored;
    }

    /** The documents in effect in this process, by domain. */
    public List<RuleBook.Active> all() {
        return book.active();
    }

    /** The document of a domain that is in effect in this process. */
    public Optional<RuleBook.Active> of(String domain) {
        Ids.require("domain", domain);
        return book.active(domain);
    }

    /** All that is wrong with a document; nothing is changed. */
    public List<RuleProblem> validate(byte[] document) {
        return book.validate(RuleDocument.of(SENT, document));
    }

    /**
     * Stores the rules of a domain. They win over a file's, and are in effect everywhere within 5 seconds.
     *
     * @param ifMatch the entity tag, without quotation marks, of the rules that are meant, or {@code *}; null for whatever is
     *                there
     * @return what was stored; fails with a {@link DomainProblemException} of {@link RateLimitProblem#RULES_CHANGED} when
     *         other rules are in effect, and with an {@link io.tallygate.kernel.UnavailableException}
     * @throws RulesRefusedException when the document is wrong, or for another domain
     * @throws DomainProblemException of {@link RateLimitProblem#RULES_READ_ONLY} when nothing keeps rules here
     */
    public CompletionStage<RuleDocument> put(String domain, byte[] document, @Nullable String ifMatch) {
        Ids.require("domain", domain);
        return keeper().put(domain, document, ifMatch);
    }

    /**
     * Forgets the stored rules of a domain; those of a file, if there are any, are in effect again.
     *
     * @param ifMatch as above
     * @return fails as above, and with {@link RateLimitProblem#UNKNOWN_DOMAIN} when none are stored
     * @throws DomainProblemException as above
     */
    public CompletionStage<Void> delete(String domain, @Nullable String ifMatch) {
        Ids.require("domain", domain);
        return keeper().delete(domain, ifMatch);
    }

    private StoredRules keeper() {
        if (stored == null) {
            throw new DomainProblemException(RateLimitProblem.RULES_READ_ONLY,
                    "this deployment has no store for rules: they come from files alone; nothing was changed");
        }
        return stored;
    }
}
