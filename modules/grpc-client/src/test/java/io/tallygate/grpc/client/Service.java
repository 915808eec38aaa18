package io.tallygate.grpc.client;

import io.micronaut.context.ApplicationContext;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.tallygate.event.EventHandler;
import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.Drain;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.LedgerStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One instance of the counter service, with everything that it has but its command line. */
final class Service implements AutoCloseable {

    private final ApplicationContext context;
    private final int port;

    /** @param port 0 takes any free one */
    Service(Path directory, int port, LedgerStore store) {
        this(directory, port, store, List.of());
    }

    /** @param books those that it has beside that of counters */
    Service(Path directory, int port, LedgerStore store, List<Book> books) {
        this(directory, port, store, books, List.of(), _ -> {});
    }

    /**
     * @param handlers of events; without any it serves none
     * @param before   adds other beans
     */
    Service(Path directory, int port, LedgerStore store, List<Book> books, List<EventHandler> handlers,
            Consumer<ApplicationContext> before) {
        context = ApplicationContext.builder().deduceEnvironment(false).banner(false)
                .properties(Map.of("tallygate.grpc.port", Integer.toString(port), "tallygate.data-dir",
                        directory.toString(), "tallygate.counter.cache.entries-max", "0",
                        "tallygate.leaderboard.all-refresh",
                        "0s"))
                .build();
        context.registerSingleton(LedgerStore.class, store);
        books.forEach(book -> context.registerSingleton(Book.class, book, Qualifiers.byName(book.name())));
        handlers.forEach(handler -> context.registerSingleton(EventHandler.class, handler));
        before.accept(context);
        context.start();
        var server = context.getBean(GrpcEmbeddedServer.class);
        server.start();
        this.port = server.getPort();
    }

    int port() {
        return port;
    }

    /** How many operations wait here for the store. */
    int depth() {
        return context.getBean(CommitGauges.class).depth();
    }

    /** Stops as a program does: it lets what is in flight end first. Once is enough. */
    @Override
    public void close() {
        if (context.isRunning()) {
            context.getBeansOfType(Drain.class).forEach(Drain::drain);
            context.close();
        }
    }
}
