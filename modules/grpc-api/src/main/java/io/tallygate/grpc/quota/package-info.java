/**
 * Quotas over gRPC: the domain's endpoint, and what is between its messages and the domain's types.
 *
 * <p>{@link io.tallygate.grpc.quota.Operations} reads what checks, consumes and reserves, {@link
 * io.tallygate.grpc.quota.Definitions} plans and subjects' settings, which the domain checks. A denial of what consumes is an
 * error that holds the decision: {@link io.tallygate.grpc.quota.Denials}.
 */
@NullMarked
package io.tallygate.grpc.quota;

import org.jspecify.annotations.NullMarked;
