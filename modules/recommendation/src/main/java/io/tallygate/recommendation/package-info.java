/**
 * Recommendations, on the ledger: what others who touched a user's items also touched. The worked example of a feature that is
 * served as well as it can be served now. Protocols see {@link io.tallygate.recommendation.Recommendations}; what brings
 * interactions sees {@link io.tallygate.recommendation.Interactions}.
 *
 * <p><b>Rows.</b> A {@link io.tallygate.recommendation.History} is a document for each user, and {@link
 * io.tallygate.recommendation.Neighbours} one for each item, with a bounded number of counts whatever happens. How often each
 * counter type was seen is a number. An interaction changes several of these together, so all have one home ({@link
 * io.tallygate.recommendation.RecommendationRows}).
 *
 * <p><b>Folding.</b> {@link io.tallygate.recommendation.LedgerInteractions} reads the rows that a batch of interactions needs,
 * {@link io.tallygate.recommendation.Fold} says what they are after it, and one posting, all or none, puts those that changed
 * where the ones that were read still are, with the key of the batch: a batch that is folded again changes nothing.
 *
 * <p><b>Answering.</b> {@link io.tallygate.recommendation.Scores} are the cosines of items, added up over a history. Who has no
 * history gets {@link io.tallygate.recommendation.PopularItems}, of which this process remembers the last ones it saw.
 */
@NullMarked
package io.tallygate.recommendation;

import org.jspecify.annotations.NullMarked;
