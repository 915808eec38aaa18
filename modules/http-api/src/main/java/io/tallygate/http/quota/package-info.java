/**
 * Quotas over HTTP: the domain's controllers, what they read and what they answer.
 *
 * <p>A request is read into what the port takes: {@link io.tallygate.http.quota.QuotaOperation} for what checks, consumes and
 * reserves, {@link io.tallygate.http.quota.DefinitionBody} for plans and subjects. Amounts are read and written as the digits
 * that they have in JSON and never become binary fractions.
 */
@NullMarked
package io.tallygate.http.quota;

import org.jspecify.annotations.NullMarked;
