/**
 * The gRPC API: thin endpoints over ports, beside the HTTP API and with the same meaning. The contract is in the {@code
 * .proto} files. Here is what the services of all domains share, and the ledger's own service; a package for each domain has
 * its endpoints. Those packages see this one, and not each other.
 *
 * <p><b>Threads.</b> Endpoints run on the event loop of their connection: every port is asynchronous, so nothing here
 * waits. Answers are sent by whichever thread completes the port's stage.
 *
 * <p><b>The ledger.</b> {@link io.tallygate.grpc.LedgerEndpoint} offers the ledger of this process to gateways, for whatever
 * books the domains in it have: a domain whose rules run in the gateway needs no endpoint of its own.
 */
@NullMarked
package io.tallygate.grpc;

import org.jspecify.annotations.NullMarked;
