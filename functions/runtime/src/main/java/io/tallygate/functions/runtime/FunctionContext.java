package io.tallygate.functions.runtime;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import io.micronaut.context.env.PropertySource;
import io.micronaut.core.order.Ordered;
import io.tallygate.counter.Counters;
import io.tallygate.kernel.CommonSettings;
import io.tallygate.kernel.Settings;
import java.util.Locale;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** The application context of one execution environment: made once, while AWS Lambda initializes it. */
public final class FunctionContext {

    private FunctionContext() {}

    /**
     * Starts everything that invocations need, so that what is wrong with the settings or the store ends the
     * initialization, and no invocation has to connect first.
     *
     * @throws io.tallygate.kernel.WrongSettingException when a setting is wrong or missing
     */
    public static ApplicationContext start() {
        return start(System.getenv());
    }

    /** The same with other environment variables than this process's. */
    public static ApplicationContext start(Map<String, String> environment) {
        FunctionSettings settings = FunctionSettings.read(Settings.load(), environment);
        // Read by the logger when it is first used, which is below.
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel",
                settings.get(CommonSettings.LOG_LEVEL).toLowerCase(Locale.ROOT));
        settings.warnings().forEach(LoggerFactory.getLogger(FunctionContext.class)::warn);
        ApplicationContext context = ApplicationContext.builder(Environment.FUNCTION).deduceEnvironment(false)
                .deduceCloudEnvironment(false).banner(false)
                .environmentVariableExcludes(System.getenv().keySet().stream()
                        .filter(name -> name.startsWith("TALLYGATE_")).toArray(String[]::new))
                // Above everything that the framework finds by itself, so that what was checked is what is used.
                .propertySources(PropertySource.of("tallygate", settings.values(), Ordered.LOWEST_PRECEDENCE)).build();
        context.start();
        context.getBean(Counters.class);
        context.getBean(RestoreHook.class);
        Runtime.getRuntime().addShutdownHook(new Thread(context::close, "shutdown"));
        return context;
    }
}
