package io.tallygate.ratelimit;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;

/**
 * What a lease in memory is called outside: its name, which cannot be guessed, and the hashes of the keys that it is for. So
 * it is found without a list of all leases.
 *
 * @param hashes of each key, high and low
 */
record LeaseId(Leases.Name name, long[] hashes) {

    private static final int NAME_BYTES = 2 * Long.BYTES;
    private static final int KEY_BYTES = 2 * Long.BYTES;

    int keys() {
        return hashes.length / 2;
    }

    long high(int key) {
        return hashes[2 * key];
    }

    long low(int key) {
        return hashes[2 * key + 1];
    }

    String encoded() {
        ByteBuffer bytes = ByteBuffer.allocate(NAME_BYTES + Long.BYTES * hashes.length);
        bytes.putLong(name.high()).putLong(name.low());
        for (long hash : hashes) {
            bytes.putLong(hash);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /** What an id says; empty when it is not one that was ever given. */
    static Optional<LeaseId> decoded(String id) {
        int charsMax = (NAME_BYTES + RateLimitRequest.CLAIMS_MAX * KEY_BYTES) * 4 / 3 + 1;
        if (id.length() > charsMax) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(id);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
        if (bytes.length < NAME_BYTES + KEY_BYTES || (bytes.length - NAME_BYTES) % KEY_BYTES != 0) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        var name = new Leases.Name(in.getLong(), in.getLong());
        var hashes = new long[in.remaining() / Long.BYTES];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = in.getLong();
        }
        return Optional.of(new LeaseId(name, hashes));
    }
}
