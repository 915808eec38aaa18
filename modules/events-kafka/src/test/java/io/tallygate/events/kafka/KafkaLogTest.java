package io.tallygate.events.kafka;

import io.tallygate.event.EventLog;
import io.tallygate.event.EventLogContract;
import io.tallygate.event.PartitionLag;
import io.tallygate.event.Positions;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.StoredLedger;
import io.tallygate.ledger.TestSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;

/** The log on Kafka, of several processes with positions on one store that is a model. */
final class KafkaLogTest extends EventLogContract {

    private static final int PARTITIONS = 4;

    private final KafkaBroker broker = KafkaBroker.shared();
    private final OracleStore.Data data = new OracleStore.Data();
    private final String topic = "contract_" + UUID.randomUUID().toString().replace('-', '_');
    private final List<StoredLedger> ledgers = new ArrayList<>();
    private final List<KafkaLog> logs = new ArrayList<>();

    @BeforeEach
    void createTopic() {
        broker.createTopic(topic, PARTITIONS, Map.of());
    }

    @Override
    protected EventLog log() {
        var ledger = new StoredLedger(new OracleStore(data), new Book("probe"), List.of(), CommitSettings.DEFAULT,
                TestSettings.LEDGER, CommitMetrics.NONE, InstantSource.system(), System::nanoTime);
        ledgers.add(ledger);
        var settings = new KafkaSettings(broker.servers(), Duration.ofSeconds(30), "test", false, PARTITIONS);
        var clients = new KafkaClients(settings, Map.of("heartbeat.interval.ms", "100"));
        var log = new KafkaLog(clients, settings, new Positions(ledger), new Troubles(), System::nanoTime);
        logs.add(log);
        return log;
    }

    @Override
    protected String topic() {
        return topic;
    }

    @Override
    protected int partitions() {
        return PARTITIONS;
    }

    @Override
    protected void deleteDone(String group) {
        var done = new HashMap<TopicPartition, RecordsToDelete>();
        for (PartitionLag lag : logs.getFirst().lag(topic, group).toCompletableFuture().join()) {
            done.put(new TopicPartition(topic, lag.partition()), RecordsToDelete.beforeOffset(lag.position()));
        }
        KafkaBroker.get(broker.admin().deleteRecords(done).all());
    }

    @Override
    protected void closeLogs() {
        logs.forEach(log -> {
            log.close();
            log.release();
        });
        ledgers.forEach(StoredLedger::close);
    }
}
