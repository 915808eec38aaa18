package io.tallygate.ratelimitservice;

import io.tallygate.launcher.Launcher;
import io.tallygate.launcher.Program;
import java.util.Map;

/** Rate limits over gRPC: for gateways, for whoever asks, and for Envoys. */
public final class RateLimitService {

    static final Program PROGRAM = new Program("tallygate-ratelimit-service.jar",
            "Tallygate's rate limits, over gRPC.", Map.of("tallygate.service.name", "tallygate-ratelimit"));

    private RateLimitService() {}

    public static void main(String[] arguments) {
        Launcher.main(PROGRAM, arguments);
    }
}
