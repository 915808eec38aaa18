/**
 * Certificates and private keys as operators keep them: in PEM files, which they replace while the process runs. Plain
 * Java; what a protocol makes of them is the protocol's business. The framework's and gRPC's own readers of such files
 * are not used, because they read a file again only once a minute or only when its directory reports a change, which
 * that of a mounted Kubernetes secret does not, and take a key that does not belong to its certificate.
 */
@NullMarked
package io.tallygate.tls;

import org.jspecify.annotations.NullMarked;
