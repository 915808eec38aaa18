package io.tallygate.grpc.ratelimit;

import com.google.protobuf.UInt64Value;
import com.google.protobuf.UnknownFieldSet;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor.RateLimitOverride;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.DescriptorStatus;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.RateLimit;
import java.util.stream.Collectors;

/**
 * Envoy's messages as tests write and read them.
 *
 * <p>A request: descriptors with {@code |} between them, each entries such as {@code user=42 path=/}, perhaps with
 * {@code hits:3}, {@code back} (its hits are given back) and {@code own:5/7} (a limit of 5 in the unit of number 7).
 *
 * <p>An answer: {@code OVER_LIMIT [OVER_LIMIT 5/DAY 0, OK]} is its code, and of each descriptor its code, the limit with
 * its name if it has one, and what remains.
 */
final class EnvoyExchange {

    private EnvoyExchange() {}

    /** @param hits the request's; 0 is 1 */
    static RateLimitRequest request(String domain, String descriptors, int hits) {
        var request = RateLimitRequest.newBuilder().setDomain(domain).setHitsAddend(hits);
        for (String descriptor : descriptors.split(" \\| ", -1)) {
            if (!descriptor.isEmpty()) {
                request.addDescriptors(descriptor(descriptor));
            }
        }
        return request.build();
    }

    private static RateLimitDescriptor descriptor(String text) {
        var descriptor = RateLimitDescriptor.newBuilder();
        for (String part : text.split(" ", -1)) {
            if (part.startsWith("hits:")) {
                descriptor.setHitsAddend(UInt64Value.of(Long.parseUnsignedLong(part.substring(5))));
            } else if (part.equals("back")) {
                descriptor.setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(4, UnknownFieldSet.Field.newBuilder().addVarint(1).build()).build());
            } else if (part.startsWith("own:")) {
                String[] limit = part.substring(4).split("/", -1);
                descriptor.setLimit(RateLimitOverride.newBuilder().setRequestsPerUnit(Integer.parseInt(limit[0]))
                        .setUnitValue(Integer.parseInt(limit[1])));
            } else {
                String[] entry = part.split("=", 2);
                descriptor.addEntries(RateLimitDescriptor.Entry.newBuilder().setKey(entry[0]).setValue(entry[1]));
            }
        }
        return descriptor.build();
    }

    static String shown(RateLimitResponse response) {
        return response.getOverallCode() + response.getStatusesList().stream().map(EnvoyExchange::shown)
                .collect(Collectors.joining(", ", " [", "]"));
    }

    private static String shown(DescriptorStatus status) {
        if (!status.hasCurrentLimit()) {
            return status.getCode() + (status.getLimitRemaining() == 0
                    ? ""
                    : " " + Integer.toUnsignedString(status.getLimitRemaining()));
        }
        RateLimit limit = status.getCurrentLimit();
        return status.getCode() + " " + (limit.getName().isEmpty() ? "" : limit.getName() + "=")
                + Integer.toUnsignedString(limit.getRequestsPerUnit()) + "/" + limit.getUnit() + " "
                + Integer.toUnsignedString(status.getLimitRemaining());
    }
}
