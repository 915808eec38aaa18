package io.tallygate.ratelimit.guard;

import io.tallygate.ratelimit.rules.Check;
import io.tallygate.ratelimit.rules.CheckResult;
import io.tallygate.ratelimit.rules.Descriptor;
import io.tallygate.ratelimit.rules.DescriptorEntry;
import io.tallygate.ratelimit.rules.RateLimits;
import io.tallygate.ratelimit.rules.RuleBook;
import io.tallygate.ratelimit.rules.RuleSet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Limits calls of Tallygate's own API by the rules of the domain {@value RuleSet#OWN_API}. Thread-safe; no method blocks.
 *
 * <p>A call is asked for twice: by its address before it is known who calls, so that guessing tokens is limited, and by its
 * user afterwards. Together these are the descriptors [remote_address], [user], [endpoint], [remote_address, endpoint],
 * [user, endpoint], [remote_address, user] and [remote_address, user, endpoint], without those of which something is not
 * known.
 */
public final class Guard {

    private static final String ADDRESS = "remote_address";
    private static final String USER = "user";
    private static final String ENDPOINT = "endpoint";

    private final RuleBook book;
    private final RateLimits limits;
    private final int ipv6Prefix;
    private final Optional<String> userHeader;

    Guard(RuleBook book, RateLimits limits, int ipv6Prefix, Optional<String> userHeader) {
        this.book = book;
        this.limits = limits;
        this.ipv6Prefix = ipv6Prefix;
        this.userHeader = userHeader;
    }

    /** The header by which trusted proxies say who the user is. */
    public Optional<String> userHeader() {
        return userHeader;
    }

    /** Whether there are rules for calls at all. Costs two reads of fields. */
    public boolean isOn() {
        return book.rules().limitsOwnApi();
    }

    /**
     * A call of the API.
     *
     * @param address  where it comes from; null where that is not known
     * @param endpoint what is called, such as {@code POST /api/v1/counter/increment}, with names in place of identifiers; null
     *                 when there is nothing at its path
     * @param hits     how many operations it has, from 1
     */
    public record Call(@Nullable InetAddress address, @Nullable String endpoint, long hits) {

        /** The same with so many operations. */
        public Call costing(long operations) {
            return new Call(address, endpoint, operations);
        }
    }

    /**
     * Counts a call for its address, before its user is known.
     *
     * @return fails as {@link RateLimits#check} does
     */
    public CompletionStage<CheckResult> byAddress(Call call) {
        DescriptorEntry address = address(call);
        DescriptorEntry endpoint = endpoint(call);
        List<Descriptor> descriptors = new ArrayList<>(2);
        add(descriptors, call, address);
        add(descriptors, call, address, endpoint);
        return limits.check(Check.of(RuleSet.OWN_API, descriptors));
    }

    /**
     * Counts a call for its endpoint and its user, once these may call.
     *
     * @param user null where nobody says who it is
     * @return fails as {@link RateLimits#check} does
     */
    public CompletionStage<CheckResult> byUser(Call call, @Nullable String user) {
        DescriptorEntry address = address(call);
        DescriptorEntry known = entry(USER, user);
        DescriptorEntry endpoint = endpoint(call);
        List<Descriptor> descriptors = new ArrayList<>(5);
        add(descriptors, call, known);
        add(descriptors, call, endpoint);
        add(descriptors, call, known, endpoint);
        add(descriptors, call, address, known);
        add(descriptors, call, address, known, endpoint);
        return limits.check(Check.of(RuleSet.OWN_API, descriptors));
    }

    private @Nullable DescriptorEntry address(Call call) {
        return entry(ADDRESS, call.address == null ? null : CallerAddress.of(call.address, ipv6Prefix));
    }

    private static @Nullable DescriptorEntry endpoint(Call call) {
        return entry(ENDPOINT, call.endpoint);
    }

    private static @Nullable DescriptorEntry entry(String key, @Nullable String value) {
        return value == null ? null : new DescriptorEntry(key, value);
    }

    private static void add(List<Descriptor> descriptors, Call call, @Nullable DescriptorEntry... entries) {
        List<DescriptorEntry> known = new ArrayList<>(entries.length);
        for (DescriptorEntry entry : entries) {
            if (entry == null) {
                return;
            }
            known.add(entry);
        }
        descriptors.add(Descriptor.of(known, call.hits));
    }
}
