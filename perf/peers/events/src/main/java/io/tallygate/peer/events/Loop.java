package io.tallygate.peer.events;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * A plain loop: what one poll brought is counted in one transaction of SQLite, and then Kafka is told. An event that is
 * polled again after a crash counts again. Arguments: those of {@link Asked}, and the database's file.
 */
final class Loop {

    private static final Duration POLL = Duration.ofMillis(100);
    /** As ours is set up: what was committed survives a loss of power. */
    private static final List<String> SETUP = List.of("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", """
            CREATE TABLE counter (counter_type TEXT, resource_id TEXT, value INTEGER NOT NULL,
                PRIMARY KEY (counter_type, resource_id)) WITHOUT ROWID""");
    private static final String ADD = """
            INSERT INTO counter VALUES (?, ?, ?)
            ON CONFLICT (counter_type, resource_id) DO UPDATE SET value = value + excluded.value""";

    private final Asked asked;
    private final Counted counted;
    private final Connection database;
    private final PreparedStatement add;

    private Loop(Asked asked, Connection database, PreparedStatement add) throws IOException {
        this.asked = asked;
        this.counted = new Counted(asked.port());
        this.database = database;
        this.add = add;
    }

    public static void main(String[] arguments) throws IOException, SQLException {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + arguments[Asked.ARGUMENTS])) {
            try (Statement setup = database.createStatement()) {
                for (String sql : SETUP) {
                    setup.execute(sql);
                }
            }
            database.setAutoCommit(false);
            try (PreparedStatement add = database.prepareStatement(ADD)) {
                new Loop(Asked.of(arguments), database, add).run();
            }
        }
    }

    private void run() throws SQLException {
        try (var consumer = new KafkaConsumer<String, byte[]>(asked.consumerConfig())) {
            consumer.subscribe(List.of(asked.topic()));
            while (!Thread.currentThread().isInterrupted()) {
                ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
                if (!records.isEmpty()) {
                    count(records);
                    consumer.commitSync();
                }
            }
        }
    }

    private void count(ConsumerRecords<String, byte[]> records) throws SQLException {
        long others = 0;
        for (ConsumerRecord<String, byte[]> record : records) {
            CounterEvent event = CounterEvent.read(record.value());
            event.work(asked.slowKeys());
            add.setString(1, event.counterType());
            add.setString(2, event.resourceId());
            add.setLong(3, event.delta());
            add.executeUpdate();
            others += event.isSlow() ? 0 : 1;
        }
        database.commit();
        counted.add(records.count(), others);
    }
}
