package io.tallygate.quotaservice;

import io.tallygate.launcher.Launcher;
import io.tallygate.launcher.Program;
import java.util.Map;

/** Quotas over gRPC, with their store. */
public final class QuotaService {

    static final Program PROGRAM = new Program("tallygate-quota-service.jar", "Tallygate's quotas, over gRPC.",
            Map.of("tallygate.service.name", "tallygate-quota"));

    private QuotaService() {}

    public static void main(String[] arguments) {
        Launcher.main(PROGRAM, arguments);
    }
}
