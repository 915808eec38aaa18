/**
 * Quotas: how much a subject may use in a period, on the ledger. Protocols see {@link io.tallygate.quota.Quotas} and its
 * values; what decides are functions of what they are given, and know neither a store nor a protocol.
 *
 * <p><b>Definitions.</b> A {@link io.tallygate.quota.Plan} is a named set of {@link io.tallygate.quota.Limit}s, a
 * {@link io.tallygate.quota.Subject} has a plan and overrides. Both are read from a {@link io.tallygate.quota.Datum}, which
 * comes from JSON or, for a {@link io.tallygate.quota.PlanFile}, from YAML; and are documents of the ledger. Together they
 * are the {@link io.tallygate.quota.SubjectLimits}. Amounts are whole numbers of units of a quota type's scale everywhere but
 * at the edge, where they are an {@link io.tallygate.quota.Amount}.
 *
 * <p><b>Periods.</b> A {@link io.tallygate.quota.Calendar} divides time into periods. When plan or subject get another one,
 * the period that runs goes on by the old one: {@link io.tallygate.quota.Calendars} are the calendars of one limit over time,
 * and {@link io.tallygate.quota.PlanHistory} and a subject's document keep what they are put together from.
 * {@link io.tallygate.quota.UsageRows} names the rows of a period.
 *
 * <p><b>Decisions.</b> A request becomes a {@link io.tallygate.quota.Charge}: how much of what, by which limits, in which
 * periods. {@link io.tallygate.quota.Consumption}, {@link io.tallygate.quota.Reserving} and
 * {@link io.tallygate.quota.GivingBack} make a {@link io.tallygate.quota.Draft} of it, a posting before it has a key. The
 * {@link io.tallygate.quota.Terms}, which are the posting's memo, and the ledger's result make the
 * {@link io.tallygate.quota.Decision}: the first time and each time that the request is repeated.
 *
 * <p><b>On the ledger.</b> {@link io.tallygate.quota.LedgerQuotas} takes a request from its subject's limits to the posting and
 * back. {@link io.tallygate.quota.Definitions} knows the limits, a few seconds old at most; {@link
 * io.tallygate.quota.Subjects} and {@link io.tallygate.quota.PlanShelf} change them. {@link io.tallygate.quota.Reservations}
 * end once, by a caller or by the {@link io.tallygate.quota.QuotaSweeper} of a process with the store. {@link
 * io.tallygate.quota.AcceptedConsumption} is what is answered before it is written. What reads and then decides is made
 * {@link io.tallygate.quota.Again} when what it read has moved.
 *
 * <p>The ledger is the {@link io.tallygate.quota.QuotaLedger} of the process: its own, or that of the quota service, on which a
 * gateway decides by the same code. From its start on a server looks at the file of plans and, where the store is, has {@link
 * io.tallygate.quota.QuotaRounds} give back what is due; a function does neither, and has it done by {@link
 * io.tallygate.kernel.Upkeep}.
 *
 * <p>So a hard limit holds because the ledger checks the bound of each add after it: not what was read before.
 */
@NullMarked
package io.tallygate.quota;

import org.jspecify.annotations.NullMarked;
