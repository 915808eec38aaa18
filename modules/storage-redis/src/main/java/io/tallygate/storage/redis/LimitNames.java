package io.tallygate.storage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tallygate.kernel.Sha256;
import io.tallygate.ratelimit.LimitKey;
import java.util.Arrays;
import java.util.Base64;

/**
 * The names of the keys of rate limits. That of a state is the hash of what it counts for, so that it is short, tells nobody
 * what users are called by, and cannot be made to meet another one; the domain's hash is the tag by which all of a domain's
 * keys are in one slot. Immutable.
 *
 * @param prefix with which all keys begin
 */
record LimitNames(String prefix) {

    /** Of SHA-256's 32: as many as keep two states apart, whoever chooses what they count for. */
    static final int STATE_BYTES = 16;
    /** Domains that meet share a slot, and nothing else. */
    static final int DOMAIN_BYTES = 9;

    private static final String LEASES = ":leases";

    static byte[] domain(String domain) {
        return hash(domain, DOMAIN_BYTES);
    }

    static byte[] state(LimitKey key) {
        return hash(key.text(), STATE_BYTES);
    }

    private static byte[] hash(String text, int bytes) {
        return Arrays.copyOf(Sha256.of(text.getBytes(UTF_8)), bytes);
    }

    /** The key of a state. */
    String name(byte[] domain, byte[] state) {
        return tag(encoded(domain)) + ':' + encoded(state);
    }

    /** The key of the named leases of a state. */
    static String leases(String name) {
        return name + LEASES;
    }

    /** Where the processes are that share the limits. */
    String instances() {
        return tag("instances");
    }

    private String tag(String of) {
        return '{' + prefix + ":limit:" + of + '}';
    }

    static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
