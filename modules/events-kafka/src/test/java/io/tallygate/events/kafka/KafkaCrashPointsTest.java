package io.tallygate.events.kafka;

import io.tallygate.event.CrashPoint;
import io.tallygate.event.CrashPointsContract;
import io.tallygate.event.EventLog;
import io.tallygate.event.Lifetime;
import io.tallygate.event.Positions;
import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.BeforeEach;

/** Crashes at every point of the log on Kafka, also between the position's commit and the offset's. */
final class KafkaCrashPointsTest extends CrashPointsContract {

    /** So that offsets are committed while events are under way. */
    private static final int HASTE = 20;

    private final KafkaBroker broker = KafkaBroker.shared();
    private final OracleStore.Data data = new OracleStore.Data();

    /** The clients of a process that may die before or after it tells Kafka how far a group is. */
    private static final class MortalClients extends KafkaClients {

        private final Lifetime lifetime;

        MortalClients(KafkaSettings settings, Lifetime lifetime) {
            super(settings, Map.of("heartbeat.interval.ms", "100"));
            this.lifetime = lifetime;
        }

        @Override
        @SuppressWarnings("unchecked")
        Consumer<byte[], byte[]> consumer(String groupId) {
            Consumer<byte[], byte[]> consumer = super.consumer(groupId);
            return (Consumer<byte[], byte[]>) Proxy.newProxyInstance(getClass().getClassLoader(),
                    new Class<?>[]{Consumer.class}, (_, method, arguments) -> {
                        boolean commits = method.getName().startsWith("commit");
                        if (commits) {
                            pass(CrashPoint.BEFORE_COMMIT);
                        }
                        Object answer;
                        try {
                            answer = method.invoke(consumer, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                        if (commits) {
                            pass(CrashPoint.AFTER_COMMIT);
                        }
                        return answer;
                    });
        }

        /** The polling thread of a dead process ends as one whose broker is away. */
        private void pass(CrashPoint point) {
            try {
                lifetime.pass(point);
            } catch (ShuttingDownException e) {
                throw new KafkaException(e);
            }
        }
    }

    @BeforeEach
    void createTopics() {
        broker.createTopic(TOPIC, PARTITIONS, Map.of());
        broker.createTopic(DeadLetterRecords.topic(TOPIC), PARTITIONS, Map.of());
    }

    @Override
    protected int crashes() {
        return 18;
    }

    @Override
    protected LedgerStore store() {
        return new OracleStore(data);
    }

    @Override
    protected Set<CrashPoint> points() {
        return EnumSet.allOf(CrashPoint.class);
    }

    @Override
    protected EventLog log(Ledger ledger, Lifetime lifetime) {
        var settings = new KafkaSettings(broker.servers(), Duration.ofSeconds(30), "crashes", false, PARTITIONS);
        return new KafkaLog(new MortalClients(settings, lifetime), settings, new Positions(ledger), new Troubles(),
                () -> System.nanoTime() * HASTE);
    }

    @Override
    protected void ended(EventLog log) {
        ((KafkaLog) log).release();
    }
}
