package io.tallygate.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a side of a TLS connection proves itself with. Immutable.
 *
 * @param key   belongs to the first certificate
 * @param chain that certificate and those that vouch for it, each for the one before; not empty
 */
public record Identity(PrivateKey key, List<X509Certificate> chain) {

    public Identity {
        chain = List.copyOf(chain);
    }

    /** Without the key, which belongs into no log. */
    @Override
    public String toString() {
        return "Identity[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
}
