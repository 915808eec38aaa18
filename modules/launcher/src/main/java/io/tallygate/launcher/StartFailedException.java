package io.tallygate.launcher;

import io.tallygate.kernel.CommonSettings;
import io.tallygate.kernel.Reasons;
import io.tallygate.kernel.Setting;
import java.net.BindException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The server did not start; the message is one line for the user, found inside the framework's. */
final class StartFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    private StartFailedException(String message, Throwable cause) {
        super(message, cause);
    }

    static StartFailedException because(Throwable failure, Configuration configuration) {
        List<Throwable> chain = chain(failure);
        for (Throwable cause : chain) {
            if (isSetting(cause.getMessage())) {
                return new StartFailedException(String.valueOf(cause.getMessage()), failure);
            }
        }
        if (isOfGrpc(chain)) {
            // Its transport is Linux's own, whose failure to bind is no BindException.
            return new StartFailedException(
                    "cannot listen on " + listening(configuration, OtherSettings.GRPC_HOST, OtherSettings.GRPC_PORT)
                            + Reasons.of(chain.getLast()),
                    failure);
        }
        for (Throwable cause : chain) {
            if (cause instanceof BindException) {
                return new StartFailedException("cannot listen on "
                        + listening(configuration, CommonSettings.HOST.name(), OtherSettings.PORT) + cause.getMessage(),
                        failure);
            }
        }
        return new StartFailedException("the start failed: " + Reasons.of(chain.getLast()), failure);
    }

    /** The framework tells the two servers apart in words alone. */
    private static boolean isOfGrpc(List<Throwable> chain) {
        return chain.stream().map(Throwable::getMessage)
                .anyMatch(message -> message != null && message.contains("GRPC server"));
    }

    private static String listening(Configuration configuration, String host, String port) {
        String address = configuration.isSet(host) ? configuration.get(host) : configuration.get(CommonSettings.HOST);
        return address + ":" + configuration.get(port) + " (" + host + ", " + port + "): ";
    }

    /** Whether changing a setting would help, rather than changing the world. */
    boolean isAboutSetting() {
        return isSetting(getMessage());
    }

    private static boolean isSetting(@Nullable String message) {
        return message != null && message.startsWith(Setting.PREFIX);
    }

    private static List<Throwable> chain(Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        var chain = new ArrayList<Throwable>();
        for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
            chain.add(cause);
        }
        return chain;
    }
}
