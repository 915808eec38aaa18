package io.tallygate.contract;

/** What the classes about rate limits stand on. */
@NeedsRateLimits
abstract class RateLimitSuite extends Suite {

    final RateLimitApi limits = new RateLimitApi(api, deployment.rules());

    @Override
    Launch launch() {
        return super.launch().with(Launch.RATELIMIT);
    }

    /** A domain that nothing has rules for. */
    final String freshDomain() {
        return seed.name("domain");
    }
}
