package io.tallygate.storage.redis;

import io.tallygate.ratelimit.RateLimitRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * What a lease is called outside: its name, which cannot be guessed, and where it holds how many permits. So it is found
 * without a list of all leases.
 *
 * @param name   {@value #NAME_BYTES} bytes
 * @param domain the hash of the domain of all of its states
 */
record LeaseTicket(byte[] name, byte[] domain, List<Held> held) {

    static final int NAME_BYTES = 16;

    private static final int HEAD_BYTES = NAME_BYTES + LimitNames.DOMAIN_BYTES;
    private static final int HELD_BYTES = LimitNames.STATE_BYTES + Long.BYTES;
    private static final int CHARS_MAX = (HEAD_BYTES + RateLimitRequest.CLAIMS_MAX * HELD_BYTES) * 4 / 3 + 1;

    /** @param state the hash of what the permits are of */
    record Held(byte[] state, long permits) {}

    String encoded() {
        ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES + held.size() * HELD_BYTES);
        bytes.put(name).put(domain);
        held.forEach(one -> bytes.put(one.state()).putLong(one.permits()));
        return LimitNames.encoded(bytes.array());
    }

    /** What an id says; empty when it is not one that was ever given. */
    static Optional<LeaseTicket> decoded(String id) {
        if (id.length() > CHARS_MAX) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(id);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
        if (bytes.length < HEAD_BYTES + HELD_BYTES || (bytes.length - HEAD_BYTES) % HELD_BYTES != 0) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        byte[] name = next(in, NAME_BYTES);
        byte[] domain = next(in, LimitNames.DOMAIN_BYTES);
        var held = new ArrayList<Held>();
        var states = new HashSet<ByteBuffer>();
        while (in.hasRemaining()) {
            byte[] state = next(in, LimitNames.STATE_BYTES);
            if (!states.add(ByteBuffer.wrap(state))) {
                return Optional.empty();
            }
            held.add(new Held(state, in.getLong()));
        }
        return Optional.of(new LeaseTicket(name, domain, held));
    }

    private static byte[] next(ByteBuffer in, int count) {
        var bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }
}
