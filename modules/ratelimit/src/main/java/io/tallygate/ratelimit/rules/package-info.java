/**
 * Which limits a request has: the rules, where they come from, and how a request finds its own.
 *
 * <p><b>The language</b> is that of Envoy's reference rate limit service, so that its users' files work unchanged, with a
 * few more words. A document ({@link io.tallygate.ratelimit.rules.RuleDocument}) holds the rules of one domain, and is
 * strictly read: taken whole, or refused with all of its problems, each with its line and the descriptor it is in.
 *
 * <p><b>The book.</b> {@link io.tallygate.ratelimit.rules.RuleFiles} polls files by content,
 * {@link io.tallygate.ratelimit.rules.RuleBook} puts stored documents in front of them and swaps the whole at once. What is
 * wrong keeps the rules that it had.
 *
 * <p><b>The tree.</b> The rules of a domain are an immutable tree of maps. Each entry of a descriptor goes one level down:
 * by its key and value, else by the first pattern of the file that matches, else by its key alone; and never back. A rule is
 * found only at the depth of the last entry.
 *
 * <p><b>The decision.</b> {@link io.tallygate.ratelimit.rules.RateLimits} answers a
 * {@link io.tallygate.ratelimit.rules.Check}: it finds the rules, asks the store once for all of their limits and reports on
 * each descriptor ({@link io.tallygate.ratelimit.rules.CheckResult}). When the store does not answer in time, each rule says
 * whether this process decides by its share of the limit, lets through, refuses or fails.
 * {@link io.tallygate.ratelimit.rules.LimitHeaders} renders a result as fields of an answer.
 */
@NullMarked
package io.tallygate.ratelimit.rules;

import org.jspecify.annotations.NullMarked;
