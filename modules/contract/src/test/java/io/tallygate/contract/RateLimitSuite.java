package io.tallygate.contract;

/** What the classes about rate limits stand on. */
@NeedsRateLimits
abstract class RateLimitSuite extends Suite {

    final RateLimitApi limits = new RateLimitApi(api, deployment.rules());

    @Override
    Launch launch() {
        // A shared store on a busy machine takes its time, too.
        return super.launch().with(Launch.RATELIMIT).with("TALLYGATE_RATELIMIT_TIMEOUT", "10s");
    }

    /** A domain that nothing has rules for. */
    final String freshDomain() {
        return seed.name("domain");
    }
}
