package io.tallygate.contract;

import java.util.List;
import java.util.regex.Pattern;

/** Every request that has a call: what each domain says of its own, in a class that is named after it. */
final class GrpcRoutes {

    private static final Pattern OF_A_DOMAIN = Pattern.compile("io\\.tallygate\\.contract\\.(?!Grpc)\\w+Routes");

    static final List<GrpcRoute> ALL = NamedClasses.find(GrpcRoutes.class, OF_A_DOMAIN).stream()
            .flatMap(type -> all(type).stream()).toList();

    private GrpcRoutes() {}

    private static List<GrpcRoute> all(Class<?> routes) {
        try {
            return ((List<?>) routes.getDeclaredField("ALL").get(null)).stream().map(GrpcRoute.class::cast).toList();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
