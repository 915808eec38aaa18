/**
 * The gRPC API: thin endpoints over ports, beside the HTTP API and with the same meaning. The contract is in the {@code
 * .proto} files. Here is what the services of all domains share, and the ledger's own service; a package for each domain has
 * its endpoints. Those packages see this one, and not each other.
 *
 * <p><b>Threads.</b> Endpoints run on the event loop of their connection: every port is asynchronous, so nothing here
 * waits. Answers are sent by whichever thread completes the port's stage.
 */
@NullMarked
package io.tallygate.grpc;

import org.jspecify.annotations.NullMarked;
