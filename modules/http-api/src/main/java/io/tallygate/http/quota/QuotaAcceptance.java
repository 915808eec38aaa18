package io.tallygate.http.quota;

import io.tallygate.kernel.RequestKey;
import io.tallygate.quota.Wanted;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * When a consumption is acknowledged whose caller does not wait for the commit ({@code async}). Unless an application brings
 * one of its own, that is as soon as it is in memory. Thread-safe.
 */
@FunctionalInterface
public interface QuotaAcceptance {

    /** Completes when the consumption may be answered as accepted; fails when it is not taken, or that is unknown. */
    CompletionStage<?> accept(String subject, List<Wanted> wanted, @Nullable RequestKey key);
}
