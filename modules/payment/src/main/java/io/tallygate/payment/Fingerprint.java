package io.tallygate.payment;

import io.tallygate.kernel.Sha256;
import java.nio.charset.StandardCharsets;

/** What makes a request the same as another one, however it was spelt and over whichever protocol it came. */
final class Fingerprint {

    private Fingerprint() {}

    /** The length stands before each part, so that neighbours cannot run into each other. */
    static String of(Money money, String... accounts) {
        var content = new StringBuilder().append(money.amount()).append(money.currency());
        for (String account : accounts) {
            content.append(account.length()).append(':').append(account);
        }
        return Sha256.base64url(content.toString().getBytes(StandardCharsets.UTF_8));
    }
}
